/** Zephyr: TLS credentials, a secure socket, and the HTTP client over it. */
import { formats } from "../../bundle/index.ts";
import { type Example, type ExampleFile, placeFiles, quoteC } from "./example.ts";
import { renderReadme } from "./readme.ts";

export function buildZephyr(example: Example): readonly ExampleFile[] {
  return [
    { path: "CMakeLists.txt", content: projectFile },
    { path: "prj.conf", content: renderSettings(example) + currentTls },
    { path: "prj-4.3.conf", content: renderSettings(example) + olderTls },
    { path: "src/main.c", content: renderProgram(example) },
    ...placeFiles(formats.zephyr.write(example.anchors).files, (path) => path),
    {
      path: "README.md",
      content: renderReadme(example, {
        run: "`west build -b BOARD && west flash`, with a board that has a network (or `native_sim`). With Zephyr 3.6 to 4.3: `west build -b BOARD -- -DCONF_FILE=prj-4.3.conf`.",
        settings: [
          "`prj.conf` is for Zephyr 4.4 and later, where a secure socket selects no cryptography by itself: cipher suites, curves, hashes and the parser of certificates are named. Zephyr through 4.3 selects them, and does not know these names.",
          "`CONFIG_MBEDTLS_SSL_MAX_CONTENT_LEN=16384`: the default of 1500 is too small for public servers.",
          "`CONFIG_MBEDTLS_HEAP_SIZE=60000`: the default of 512 bytes is too small for a handshake.",
          "`TLS_HOSTNAME` is set: without it the handshake fails.",
          "To check dates as well: `CONFIG_MBEDTLS_HAVE_TIME_DATE=y`, and set the clock with SNTP first.",
        ],
      }),
    },
  ];
}

const projectFile = `cmake_minimum_required(VERSION 3.20.0)
find_package(Zephyr REQUIRED HINTS $ENV{ZEPHYR_BASE})
project(https_fetch)
target_sources(app PRIVATE src/main.c)
`;

function renderSettings({ anchors }: Example): string {
  return `CONFIG_NETWORKING=y
CONFIG_NET_IPV4=y
CONFIG_NET_TCP=y
CONFIG_NET_SOCKETS=y
CONFIG_NET_CONFIG_SETTINGS=y
CONFIG_NET_DHCPV4=y
CONFIG_DNS_RESOLVER=y
CONFIG_HTTP_CLIENT=y
CONFIG_NET_SOCKETS_SOCKOPT_TLS=y
CONFIG_TLS_CREDENTIALS=y
CONFIG_TLS_MAX_CREDENTIALS_NUMBER=${Math.max(4, anchors.length)}
CONFIG_NET_SOCKETS_TLS_MAX_CREDENTIALS=${Math.max(4, anchors.length)}
CONFIG_MBEDTLS=y
CONFIG_MBEDTLS_ENABLE_HEAP=y
CONFIG_MBEDTLS_HEAP_SIZE=60000
CONFIG_MBEDTLS_SSL_MAX_CONTENT_LEN=16384
CONFIG_MAIN_STACK_SIZE=8192
CONFIG_LOG=y
`;
}

/** Release notes and migration guides of Zephyr 4.3 and 4.4, section Mbed TLS. */
const currentTls = `CONFIG_MBEDTLS_SSL_PROTO_TLS1_2=y
CONFIG_MBEDTLS_SSL_SERVER_NAME_INDICATION=y
CONFIG_MBEDTLS_X509_CRT_PARSE_C=y
CONFIG_MBEDTLS_CIPHERSUITE_TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256=y
CONFIG_MBEDTLS_CIPHERSUITE_TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384=y
CONFIG_MBEDTLS_CIPHERSUITE_TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256=y
CONFIG_MBEDTLS_CIPHERSUITE_TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384=y
CONFIG_PSA_WANT_KEY_TYPE_RSA_PUBLIC_KEY=y
CONFIG_PSA_WANT_KEY_TYPE_ECC_PUBLIC_KEY=y
CONFIG_PSA_WANT_ECC_SECP_R1_256=y
CONFIG_PSA_WANT_ECC_SECP_R1_384=y
CONFIG_PSA_WANT_ALG_SHA_256=y
CONFIG_PSA_WANT_ALG_SHA_384=y
CONFIG_PSA_WANT_ALG_SHA_512=y
`;

const olderTls = `CONFIG_MBEDTLS_BUILTIN=y
CONFIG_MBEDTLS_SERVER_NAME_INDICATION=y
`;

function renderProgram({ host, port, authority, target, agent, timeoutMs }: Example): string {
  return String.raw`/* One verified HTTPS request. Zephyr 3.6 and later. */
#include <errno.h>
#include <stdbool.h>
#include <string.h>

#include <zephyr/kernel.h>
#include <zephyr/logging/log.h>
#include <zephyr/net/http/client.h>
#include <zephyr/net/socket.h>
#include <zephyr/net/tls_credentials.h>

#include "ca_certificates.h"

LOG_MODULE_REGISTER(fetch, LOG_LEVEL_INF);

#define HOST ${quoteC(host)}
#define PORT "${port}"
#define AUTHORITY ${quoteC(authority)}
#define TARGET ${quoteC(target)}
#define AGENT ${quoteC(agent)}
#define TIMEOUT_MS ${timeoutMs}

${programBody}`;
}

const programBody = String.raw`struct fetch {
  int status; /* 0 until an answer has come */
  size_t received;
  bool whole;
};

static int on_response(struct http_response *response, enum http_final_call final, void *user_data) {
  struct fetch *f = user_data;
  f->status = response->http_status_code;
  f->received += response->body_frag_len; /* use response->body_frag_start here */
  if (final == HTTP_DATA_FINAL) f->whole = response->message_complete;
  return 0;
}

static int add_credentials(sec_tag_t *tags) {
  for (int i = 0; i < CA_COUNT; i++) {
    tags[i] = CA_FIRST_TAG + i;
    int error = tls_credential_add(tags[i], TLS_CREDENTIAL_CA_CERTIFICATE, ca_certificates[i].der,
                                   ca_certificates[i].length);
    if (error < 0 && error != -EEXIST) return error;
  }
  return 0;
}

static int dial(void) {
  static sec_tag_t tags[CA_COUNT];
  struct zsock_addrinfo hints = {.ai_family = AF_INET, .ai_socktype = SOCK_STREAM};
  struct zsock_addrinfo *found = NULL;
  int error = add_credentials(tags);
  if (error < 0) {
    LOG_ERR("the CA certificates are not taken: %d", error);
    return -1;
  }
  error = zsock_getaddrinfo(HOST, PORT, &hints, &found);
  if (error != 0) {
    LOG_ERR("the name could not be resolved: %d", error);
    return -1;
  }
  int sock = zsock_socket(found->ai_family, SOCK_STREAM, IPPROTO_TLS_1_2);
  if (sock < 0) {
    LOG_ERR("no socket: %d", errno);
  } else if (zsock_setsockopt(sock, SOL_TLS, TLS_SEC_TAG_LIST, tags, sizeof(tags)) != 0 ||
             zsock_setsockopt(sock, SOL_TLS, TLS_HOSTNAME, HOST, sizeof(HOST)) != 0) {
    LOG_ERR("TLS is not set up: %d", errno);
    zsock_close(sock);
    sock = -1;
  } else if (zsock_connect(sock, found->ai_addr, found->ai_addrlen) != 0) {
    /* The stack tells TLS failures as an aborted connection, without the reason. */
    if (errno == ECONNABORTED) LOG_ERR("TLS failed: the certificate was not accepted, or the handshake was");
    else LOG_ERR("TCP failed: %d", errno);
    zsock_close(sock);
    sock = -1;
  }
  zsock_freeaddrinfo(found);
  return sock;
}

int main(void) {
  static uint8_t buffer[1024];
  static const char *headers[] = {"User-Agent: " AGENT "\r\n", "Accept: */*\r\n", "Connection: close\r\n", NULL};
  struct fetch f = {0};
  struct http_request request = {0};
  int sock = dial();
  if (sock < 0) return 1;
  request.method = HTTP_GET;
  request.url = TARGET;
  request.host = AUTHORITY;
  request.protocol = "HTTP/1.1";
  request.header_fields = headers;
  request.response = on_response;
  request.recv_buf = buffer;
  request.recv_buf_len = sizeof(buffer);
  int sent = http_client_req(sock, &request, TIMEOUT_MS, &f);
  zsock_close(sock);
  if (sent < 0) LOG_ERR("HTTP failed: %d, after %u bytes", sent, (unsigned int) f.received);
  else if (f.status == 0) LOG_ERR("connected, and closed without an HTTP answer");
  else if (!f.whole) LOG_ERR("HTTP %d, cut off after %u bytes", f.status, (unsigned int) f.received);
  else LOG_INF("HTTP %d, %u bytes", f.status, (unsigned int) f.received);
  return 0;
}
`;
