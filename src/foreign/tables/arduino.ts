/** What the HTTPClient of the ESP8266 and ESP32 cores for Arduino gives instead of a status. */
import { readRows, type ForeignProgram } from "../foreign-program.ts";

export const arduino: ForeignProgram = {
  name: "Arduino HTTPClient",
  spoken: ["httpclient", "http code", "http response code", "http error"],
  // prettier-ignore
  errors: readRows([
    [-1, ["HTTPC_ERROR_CONNECTION_REFUSED", "HTTPC_ERROR_CONNECTION_FAILED"],
      ["connection-refused", "connect-failed", "missing-intermediate", "untrusted-root"],
      "No connection; a TLS failure says the same."],
    [-2, ["HTTPC_ERROR_SEND_HEADER_FAILED"], ["empty-response", "send-timeout"],
      "The request's head could not be sent."],
    [-3, ["HTTPC_ERROR_SEND_PAYLOAD_FAILED"], ["request-body-failed", "send-timeout"],
      "The request's body could not be sent."],
    [-4, ["HTTPC_ERROR_NOT_CONNECTED"], ["connect-failed"], "There is no connection."],
    [-5, ["HTTPC_ERROR_CONNECTION_LOST"], ["empty-response", "head-truncated"],
      "The connection ended before the answer."],
    [-7, ["HTTPC_ERROR_NO_HTTP_SERVER"], ["not-http"], "The answer is not HTTP."],
    [-8, ["HTTPC_ERROR_TOO_LESS_RAM"], [], "The device is out of memory."],
    [-9, ["HTTPC_ERROR_ENCODING"], ["transfer-coding-refused"], "The Transfer-Encoding is not supported."],
    [-11, ["HTTPC_ERROR_READ_TIMEOUT"], ["head-timeout", "body-timeout"], "No answer in time."],
  ]),
};
