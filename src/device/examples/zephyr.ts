/** Zephyr: TLS credentials, a secure socket, and the HTTP client over it. */
import { formats } from "../../bundle/index.ts";
import { type Example, quoteC } from "./example.ts";
import { type ExampleFile, placeFiles } from "./example-file.ts";
import { derHalves, ignoring } from "./identity.ts";
import { renderReadme } from "./readme.ts";

export function buildZephyr(example: Example): readonly ExampleFile[] {
  const halves = example.identity && derHalves(example.identity, "src/");
  return [
    { path: "CMakeLists.txt", content: halves === undefined ? projectFile : projectFile + embedIdentity },
    { path: "prj.conf", content: renderSettings(example) + renderCurrentTls(example) },
    { path: "prj-4.3.conf", content: renderSettings(example) + olderTls },
    { path: "src/main.c", content: renderProgram(example) },
    ...placeFiles(formats.zephyr.write(example.anchors).files, (path) => path),
    ...(halves === undefined ? [] : [halves.certificate]),
    ignoring([...(halves === undefined ? [] : [halves.key]), "build/"]),
    {
      path: "README.md",
      content: renderReadme(asConfigured(example), {
        needs: [
          "Zephyr 4.4, or 3.7 to 4.3 with `prj-4.3.conf`, its SDK and `west`.",
          "A board with Ethernet and a source of entropy. One with Wi-Fi has to join its network before `dial()`.",
        ],
        prepare: halves === undefined ? [] : [halves.step],
        run: [
          ...(example.profile.name === "zephyr"
            ? [olderBuild, `# Zephyr 4.4: ${build}`]
            : [build, `# Zephyr 3.7 to 4.3: ${olderBuild}`]),
          "west flash",
        ],
        settings: [
          "`prj.conf` is for Zephyr 4.4, where a secure socket selects no cryptography by itself: TLS version, cipher suites, curves, hashes and the parser of certificates are named. `prj-4.3.conf` names the same for 3.7 to 4.3, which have other names and select the RSA key exchange alone: most servers have left that.",
          "`CONFIG_MBEDTLS_SSL_MAX_CONTENT_LEN=16384`: the default of 1500 is too small for public servers. A later version that does not know it has `CONFIG_MBEDTLS_SSL_IN_CONTENT_LEN` and `CONFIG_MBEDTLS_SSL_OUT_CONTENT_LEN`.",
          `\`CONFIG_MBEDTLS_HEAP_SIZE=${heapBytes}\`: what Zephyr's own samples give to records of 7168 bytes, and 2 x 9216 more. The default of 512 bytes is too small for a handshake.`,
          "`CONFIG_NET_CONFIG_NEED_IPV4`: `main` runs when DHCP has given an address, not before.",
          "`CONFIG_NET_SOCKETS_CONNECT_TIMEOUT`: through 4.3 the 3 s of its default are for TCP and the handshake together.",
          "`TLS_HOSTNAME` is set: without it the handshake fails.",
          'To check dates as well: `CONFIG_MBEDTLS_HAVE_TIME_DATE=y`, and `CONFIG_NET_CONFIG_CLOCK_SNTP_INIT=y` with `CONFIG_NET_CONFIG_SNTP_INIT_SERVER="pool.ntp.org"`.',
        ],
      }),
    },
  ];
}

const build = "west build -b BOARD";
const olderBuild = `${build} -- -DCONF_FILE=prj-4.3.conf`;

/** What the device takes with the settings of this project, in place of Zephyr's defaults. */
function asConfigured(example: Example): Example {
  const { profile } = example;
  const records = {
    inBytes: recordBytes,
    outBytes: recordBytes,
    note: "CONFIG_MBEDTLS_SSL_MAX_CONTENT_LEN as the project sets it",
  };
  const memory = { ...profile.memory, heapBytes, note: "CONFIG_MBEDTLS_HEAP_SIZE as the project sets it" };
  return { ...example, profile: { ...profile, records, memory } };
}

const projectFile = `cmake_minimum_required(VERSION 3.20.0)
find_package(Zephyr REQUIRED HINTS $ENV{ZEPHYR_BASE})
project(https_fetch)
target_sources(app PRIVATE src/main.c)
`;

/** Makes a list of octets of each file, for #include. */
const embedIdentity = `set(generated \${ZEPHYR_BINARY_DIR}/include/generated)
foreach(file client.der client-key.der)
  generate_inc_file_for_target(app src/\${file} \${generated}/\${file}.inc)
endforeach()
`;

const recordBytes = 16_384;

/** 60,000 for records of 7168 bytes in and out (samples/net/sockets/http_get/overlay-tls.conf), and these are 16,384. */
const heapBytes = 60_000 + 2 * (recordBytes - 7168);

/** The most that CONFIG_NET_SOCKETS_CONNECT_TIMEOUT takes through 4.3. */
const longestConnectMs = 60_000;

function renderSettings({ anchors, timeoutMs, identity }: Example): string {
  const own = identity === undefined ? 0 : 2;
  return `CONFIG_NETWORKING=y
CONFIG_NET_IPV4=y
CONFIG_NET_TCP=y
CONFIG_NET_SOCKETS=y
CONFIG_NET_CONFIG_SETTINGS=y
CONFIG_NET_CONFIG_NEED_IPV4=y
CONFIG_NET_DHCPV4=y
CONFIG_DNS_RESOLVER=y
CONFIG_HTTP_CLIENT=y
CONFIG_NET_SOCKETS_CONNECT_TIMEOUT=${Math.min(timeoutMs, longestConnectMs)}
CONFIG_NET_SOCKETS_SOCKOPT_TLS=y
CONFIG_TLS_CREDENTIALS=y
CONFIG_TLS_MAX_CREDENTIALS_NUMBER=${Math.max(4, anchors.length + own)}
CONFIG_NET_SOCKETS_TLS_MAX_CREDENTIALS=${Math.max(4, anchors.length + own)}
CONFIG_MBEDTLS=y
CONFIG_MBEDTLS_ENABLE_HEAP=y
CONFIG_MBEDTLS_HEAP_SIZE=${heapBytes}
CONFIG_MBEDTLS_SSL_MAX_CONTENT_LEN=16384
CONFIG_ENTROPY_GENERATOR=y
CONFIG_MAIN_STACK_SIZE=8192
CONFIG_LOG=y
`;
}

/** Release notes and migration guide of Zephyr 4.4, sections Networking and Mbed TLS. */
function renderCurrentTls({ timeoutMs, identity }: Example): string {
  return `CONFIG_NET_SOCKETS_TLS_CONNECT_TIMEOUT=${Math.min(timeoutMs, longestConnectMs)}
CONFIG_NET_NAMESPACE_COMPAT_MODE=y
CONFIG_PSA_CRYPTO=y
CONFIG_MBEDTLS_SSL_PROTO_TLS1_2=y
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
${identity === undefined ? "" : "CONFIG_MBEDTLS_PK_PARSE_C=y\n"}`;
}

/**
 * Zephyr 3.7 to 4.3, modules/mbedtls/Kconfig.mbedtls, Kconfig.tls-generic before it. NET_SOCKETS_SOCKOPT_TLS implies
 * MBEDTLS_KEY_EXCHANGE_RSA_ENABLED and no other key exchange (subsys/net/lib/sockets/Kconfig).
 */
const olderTls = `CONFIG_MBEDTLS_BUILTIN=y
CONFIG_MBEDTLS_TLS_VERSION_1_2=y
CONFIG_MBEDTLS_SERVER_NAME_INDICATION=y
CONFIG_MBEDTLS_KEY_EXCHANGE_ECDHE_ECDSA_ENABLED=y
CONFIG_MBEDTLS_KEY_EXCHANGE_ECDHE_RSA_ENABLED=y
CONFIG_MBEDTLS_ECDH_C=y
CONFIG_MBEDTLS_ECDSA_C=y
CONFIG_MBEDTLS_ECP_C=y
CONFIG_MBEDTLS_ECP_DP_SECP256R1_ENABLED=y
CONFIG_MBEDTLS_ECP_DP_SECP384R1_ENABLED=y
CONFIG_MBEDTLS_CIPHER_AES_ENABLED=y
CONFIG_MBEDTLS_CIPHER_GCM_ENABLED=y
CONFIG_MBEDTLS_SHA256=y
CONFIG_MBEDTLS_SHA384=y
CONFIG_MBEDTLS_SHA512=y
`;

function renderProgram(example: Example): string {
  const { host, port, authority, target, agent, timeoutMs, identity, speaks } = example;
  const shown = identity === undefined ? noIdentity : showIdentity;
  const isHttp = speaks === "http";
  const request = `#define AUTHORITY ${quoteC(authority)}
#define TARGET ${quoteC(target)}
#define AGENT ${quoteC(agent)}
#define TIMEOUT_MS ${timeoutMs}
`;
  return String.raw`/* One verified ${isHttp ? "HTTPS request" : "TLS connection"}. Zephyr 3.7 and later. */
#include <errno.h>
#include <stdbool.h>
#include <string.h>

#include <zephyr/kernel.h>
#include <zephyr/logging/log.h>
${isHttp ? "#include <zephyr/net/http/client.h>\n" : ""}#include <zephyr/net/socket.h>
#include <zephyr/net/tls_credentials.h>
#include <zephyr/version.h>

#include "ca_certificates.h"

LOG_MODULE_REGISTER(fetch, LOG_LEVEL_INF);

#define HOST ${quoteC(host)}
#define PORT "${port}"
${isHttp ? request : ""}
${shown.declare}${isHttp ? responseBody : ""}${credentialsBody}${shown.add}${dialBody}${isHttp ? requestMain : tellMain}`;
}

const noIdentity = {
  declare: "",
  add: `  return 0;
}

static int dial(void) {
  static sec_tag_t tags[CA_COUNT];
`,
} as const;

const showIdentity = {
  declare: `/* 4.1 has a name for it that says what it is. */
#if KERNEL_VERSION_NUMBER < 0x40100
#define TLS_CREDENTIAL_PUBLIC_CERTIFICATE TLS_CREDENTIAL_SERVER_CERTIFICATE
#endif

static const unsigned char client_der[] = {
#include "client.der.inc"
};
static const unsigned char client_key[] = {
#include "client-key.der.inc"
};

`,
  add: `  /* The certificate and its key have a tag in common, behind those of the CA certificates. */
  tags[CA_COUNT] = CA_FIRST_TAG + CA_COUNT;
  int error = tls_credential_add(tags[CA_COUNT], TLS_CREDENTIAL_PUBLIC_CERTIFICATE, client_der, sizeof(client_der));
  if (error < 0 && error != -EEXIST) return error;
  error = tls_credential_add(tags[CA_COUNT], TLS_CREDENTIAL_PRIVATE_KEY, client_key, sizeof(client_key));
  return error < 0 && error != -EEXIST ? error : 0;
}

static int dial(void) {
  static sec_tag_t tags[CA_COUNT + 1];
`,
} as const;

const responseBody = String.raw`struct fetch {
  int status; /* 0 until an answer has come */
  size_t received;
  bool whole;
};

static void take(struct fetch *f, const struct http_response *response, enum http_final_call final) {
  f->status = response->http_status_code;
  f->received += response->body_frag_len; /* use response->body_frag_start here */
  if (final == HTTP_DATA_FINAL) f->whole = response->message_complete;
}

#if KERNEL_VERSION_NUMBER >= 0x40200 /* from 4.2 on it returns whether to go on */
static int on_response(struct http_response *response, enum http_final_call final, void *user_data) {
  take(user_data, response, final);
  return 0;
}
#else
static void on_response(struct http_response *response, enum http_final_call final, void *user_data) {
  take(user_data, response, final);
}
#endif

`;

const credentialsBody = String.raw`static int add_credentials(sec_tag_t *tags) {
  for (int i = 0; i < CA_COUNT; i++) {
    tags[i] = CA_FIRST_TAG + i;
    int error = tls_credential_add(tags[i], TLS_CREDENTIAL_CA_CERTIFICATE, ca_certificates[i].der,
                                   ca_certificates[i].length);
    if (error < 0 && error != -EEXIST) return error;
  }
`;

const dialBody = String.raw`  struct zsock_addrinfo hints = {.ai_family = AF_INET, .ai_socktype = SOCK_STREAM};
  struct zsock_addrinfo *found = NULL;
  int error = add_credentials(tags);
  if (error < 0) {
    LOG_ERR("the credentials are not taken: %d", error);
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

`;

const tellMain = String.raw`int main(void) {
  int sock = dial();
  if (sock < 0) return 1;
  LOG_INF("verified"); /* speak with zsock_send and zsock_recv here */
  zsock_close(sock);
  return 0;
}
`;

const requestMain = String.raw`int main(void) {
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
