/** PubSubClient's state(), Arduino's MQTT client. */
import { readRows, type ForeignProgram } from "../foreign-program.ts";

export const pubsubclient: ForeignProgram = {
  name: "PubSubClient (MQTT)",
  spoken: ["rc", "mqtt", "pubsubclient", "mqtt state", "client.state()"],
  // prettier-ignore
  errors: readRows([
    [-4, ["MQTT_CONNECTION_TIMEOUT"], ["head-timeout"], "The broker did not answer in time."],
    [-3, ["MQTT_CONNECTION_LOST"], ["empty-response"], "The connection ended."],
    [-2, ["MQTT_CONNECT_FAILED"],
      ["name-not-found", "connection-refused", "connect-failed", "missing-intermediate", "untrusted-root"],
      "No connection: name, TCP or TLS. Over WiFiClientSecure, lastError() or getLastSSLError() says which."],
    [4, ["MQTT_CONNECT_BAD_CREDENTIALS"], ["credentials-wanted"],
      "The broker did not accept the user name or the password."],
    [5, ["MQTT_CONNECT_UNAUTHORIZED"], ["credentials-wanted"], "The broker does not let this client in."],
  ]),
};
