/** A C program with OpenSSL 3. */
import { formats } from "../../bundle/index.ts";
import { type Example, quoteC, seconds } from "./example.ts";
import { type ExampleFile, placeFiles } from "./example-file.ts";
import { ignoring, pemHalves } from "./identity.ts";
import { renderReadme } from "./readme.ts";

export function buildOpenssl(example: Example): readonly ExampleFile[] {
  const halves = example.identity && pemHalves(example.identity, "");
  return [
    { path: "main.c", content: renderProgram(example) },
    {
      path: "Makefile",
      content:
        "CFLAGS ?= -O2 -Wall -Wextra\n\nfetch: main.c\n\t$(CC) $(CFLAGS) -o $@ main.c -lssl -lcrypto\n",
    },
    ...placeFiles(formats.pem.write(example.anchors).files, (path) => path),
    ...(halves === undefined ? [] : [halves.certificate, ignoring([halves.key, "fetch"])]),
    {
      path: "README.md",
      content: renderReadme(example, {
        needs: [
          "A C compiler and make.",
          "OpenSSL 3 with its headers (`libssl-dev` of Debian, `openssl@3` of Homebrew).",
        ],
        prepare: halves === undefined ? [] : [halves.step],
        run: ["make", "./fetch"],
        settings: [
          "`SSL_VERIFY_PEER` is set: the default verifies nobody.",
          "`SSL_set1_host` (or the address) is set: the default compares no name.",
        ],
      }),
    },
  ];
}

function renderProgram(example: Example): string {
  const { host, port, authority, target, agent, timeoutMs, identity, speaks } = example;
  const request = `#define AUTHORITY ${quoteC(authority)}
#define TARGET ${quoteC(target)}
#define AGENT ${quoteC(agent)}
`;
  return String.raw`/* One verified ${speaks === "http" ? "HTTPS request" : "TLS connection"}. OpenSSL 3, POSIX sockets. */
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#define HOST ${quoteC(host)}
#define PORT "${port}"
${speaks === "http" ? request : ""}#define TIMEOUT_SECONDS ${seconds(timeoutMs)}

${programBody}${speaks === "http" ? fetchBody : tellBody}${programMain}${identity === undefined ? "" : showIdentity}${programEnd}`;
}

const programBody = String.raw`static int dial(void) {
  struct timeval patience = {TIMEOUT_SECONDS, 0};
  struct addrinfo hints, *found = NULL, *at;
  int fd = -1, error;
  memset(&hints, 0, sizeof(hints));
  hints.ai_socktype = SOCK_STREAM;
  error = getaddrinfo(HOST, PORT, &hints, &found);
  if (error != 0) {
    fprintf(stderr, "DNS failed: %s\n", gai_strerror(error));
    return -1;
  }
  for (at = found; at != NULL; at = at->ai_next) {
    fd = socket(at->ai_family, at->ai_socktype, at->ai_protocol);
    if (fd < 0) continue;
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
    setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof(patience));
    if (connect(fd, at->ai_addr, at->ai_addrlen) == 0) break;
    close(fd);
    fd = -1;
  }
  freeaddrinfo(found);
  if (fd < 0) perror("TCP failed");
  return fd;
}

static SSL *secure(SSL_CTX *ctx, int fd) {
  SSL *ssl = SSL_new(ctx);
  if (ssl == NULL) return NULL;
  if (X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl), HOST) != 1) {
    SSL_set_tlsext_host_name(ssl, HOST);
    SSL_set_hostflags(ssl, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
    SSL_set1_host(ssl, HOST);
  }
  SSL_set_fd(ssl, fd);
  if (SSL_connect(ssl) == 1) return ssl;
  long verdict = SSL_get_verify_result(ssl);
  if (verdict != X509_V_OK)
    fprintf(stderr, "the certificate was not accepted: %s\n", X509_verify_cert_error_string(verdict));
  else
    fprintf(stderr, "TLS failed: %s\n", ERR_reason_error_string(ERR_peek_error()));
  SSL_free(ssl);
  return NULL;
}

`;

const tellBody = String.raw`static int fetch(SSL *ssl) {
  printf("verified, %s\n", SSL_get_version(ssl)); /* speak with ssl here */
  return 0;
}

`;

const fetchBody = String.raw`/* One line of the head, without its end; -1 when the connection ends first. */
static int read_line(SSL *ssl, char *line, size_t size) {
  size_t length = 0;
  char sign;
  while (length + 1 < size && SSL_read(ssl, &sign, 1) == 1) {
    if (sign == '\n') {
      if (length > 0 && line[length - 1] == '\r') length--;
      line[length] = 0;
      return (int) length;
    }
    line[length++] = sign;
  }
  return -1;
}

static int fetch(SSL *ssl) {
  static const char request[] = "GET " TARGET " HTTP/1.0\r\nHost: " AUTHORITY "\r\nUser-Agent: " AGENT
                                "\r\nAccept: */*\r\nConnection: close\r\n\r\n";
  char line[4096], piece[4096];
  time_t deadline = time(NULL) + TIMEOUT_SECONDS;
  long expected = -1, received = 0;
  int status, n;
  if (SSL_write(ssl, request, (int) sizeof(request) - 1) <= 0 || read_line(ssl, line, sizeof(line)) < 0 ||
      sscanf(line, "HTTP/%*d.%*d %d", &status) != 1) {
    fprintf(stderr, "connected, and no HTTP answer\n");
    return 1;
  }
  while ((n = read_line(ssl, line, sizeof(line))) > 0)
    if (strncasecmp(line, "Content-Length:", 15) == 0) expected = strtol(line + 15, NULL, 10);
  while (n == 0 && (expected < 0 || received < expected)) {
    int got = SSL_read(ssl, piece, sizeof(piece));
    if (got <= 0) break;
    received += got; /* use piece here */
    if (time(NULL) > deadline) {
      fprintf(stderr, "HTTP %d, timed out after %ld bytes\n", status, received);
      return 1;
    }
  }
  if (n < 0 || (expected >= 0 && received < expected)) {
    fprintf(stderr, "HTTP %d, cut off after %ld bytes\n", status, received);
    return 1;
  }
  printf("HTTP %d, %ld bytes\n", status, received);
  return 0;
}

`;

const programMain = String.raw`int main(void) {
  SSL_CTX *ctx = SSL_CTX_new(TLS_client_method());
  SSL *ssl = NULL;
  int fd, code = 1;
  if (ctx == NULL || SSL_CTX_load_verify_locations(ctx, "ca.pem", NULL) != 1) {
    fprintf(stderr, "ca.pem cannot be read\n");
    return 1;
  }
  SSL_CTX_set_verify(ctx, SSL_VERIFY_PEER, NULL);
`;

const showIdentity = String.raw`  if (SSL_CTX_use_certificate_chain_file(ctx, "client.pem") != 1 ||
      SSL_CTX_use_PrivateKey_file(ctx, "client.key", SSL_FILETYPE_PEM) != 1) {
    fprintf(stderr, "client.pem and client.key cannot be used: %s\n", ERR_reason_error_string(ERR_peek_error()));
    SSL_CTX_free(ctx);
    return 1;
  }
`;

const programEnd = String.raw`  fd = dial();
  if (fd >= 0) ssl = secure(ctx, fd);
  if (ssl != NULL) {
    code = fetch(ssl);
    SSL_shutdown(ssl);
    SSL_free(ssl);
  }
  if (fd >= 0) close(fd);
  SSL_CTX_free(ctx);
  return code;
}
`;
