/** ESP-IDF's own errors around mbedTLS (esp_tls_errors.h, esp_http_client.h), and those of Arduino's HTTPClient. */
import type { ForeignProgram } from "./foreign-program.ts";

export const esp: ForeignProgram = {
  name: "ESP-IDF",
  spoken: ["esp_err", "last esp error code"],
  radix: 16,
  errors: [
    {
      names: ["ESP_ERR_ESP_TLS_CANNOT_RESOLVE_HOSTNAME"],
      number: 0x8001,
      codes: ["name-not-found", "dns-failed"],
      says: "The name could not be resolved.",
    },
    {
      names: ["ESP_ERR_ESP_TLS_CANNOT_CREATE_SOCKET"],
      number: 0x8002,
      codes: ["connect-failed"],
      says: "No socket could be opened.",
    },
    {
      names: ["ESP_ERR_ESP_TLS_FAILED_CONNECT_TO_HOST"],
      number: 0x8004,
      codes: ["connection-refused", "unreachable", "connect-failed"],
      says: "No TCP connection.",
    },
    {
      names: ["ESP_ERR_ESP_TLS_CONNECTION_TIMEOUT"],
      number: 0x8006,
      codes: ["connect-timeout", "tls-timeout"],
      says: "No connection in time.",
    },
    {
      names: ["ESP_ERR_MBEDTLS_SSL_HANDSHAKE_FAILED"],
      number: 0x801a,
      codes: ["missing-intermediate", "untrusted-root", "tls-alert", "tls-failed"],
      says: "mbedTLS ended the handshake; its own error stands beside it.",
    },
    {
      names: [
        "No server verification option set in esp_tls_cfg_t structure",
        "No server verification option set",
      ],
      codes: ["ca-file-empty", "system-store-missing"],
      says: "The program gave neither a CA nor the certificate bundle.",
    },
    {
      names: ["ESP_ERR_HTTP_CONNECT"],
      number: 0x7002,
      codes: ["connect-failed", "missing-intermediate", "untrusted-root"],
      says: "esp_http_client could not connect: name, TCP or TLS.",
    },
    {
      names: ["ESP_ERR_HTTP_FETCH_HEADER"],
      number: 0x7004,
      codes: ["empty-response", "head-truncated", "head-timeout"],
      says: "No response head came.",
    },
    {
      names: ["HTTPC_ERROR_CONNECTION_REFUSED", "HTTPC_ERROR_CONNECTION_FAILED"],
      codes: ["connection-refused", "connect-failed", "missing-intermediate", "untrusted-root"],
      says: "Arduino's HTTPClient, -1: no connection; a TLS failure says the same.",
    },
    {
      names: ["HTTPC_ERROR_CONNECTION_LOST"],
      codes: ["empty-response", "head-truncated"],
      says: "Arduino's HTTPClient, -5: the connection ended before the answer.",
    },
    {
      names: ["HTTPC_ERROR_NO_HTTP_SERVER"],
      codes: ["not-http"],
      says: "Arduino's HTTPClient, -7: the answer is not HTTP.",
    },
    {
      names: ["HTTPC_ERROR_READ_TIMEOUT"],
      codes: ["head-timeout", "body-timeout"],
      says: "Arduino's HTTPClient, -11: no answer in time.",
    },
  ],
};
