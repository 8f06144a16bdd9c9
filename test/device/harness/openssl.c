/* A TLS client of OpenSSL. Options: `partial` and `strict` set the flags of that name, `level1` the security level.
 * Prints the first error, and the chain as the server sent it. */
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include "harness.h"

static int first_error = X509_V_OK;

/* Goes on, so that the handshake ends and the chain can be told; the first error is the verdict. */
static int remember(int ok, X509_STORE_CTX *ctx) {
  if (!ok && first_error == X509_V_OK) first_error = X509_STORE_CTX_get_error(ctx);
  return 1;
}

static void load(SSL_CTX *ctx, const struct harness_args *args) {
  for (size_t at = 0; at < args->ca_len;) {
    size_t len = harness_der_len(args->ca + at, args->ca_len - at);
    const unsigned char *der = args->ca + at;
    X509 *ca = len == 0 ? NULL : d2i_X509(NULL, &der, (long) len);
    if (ca == NULL) harness_die("CA file: a certificate cannot be read");
    X509_STORE_add_cert(SSL_CTX_get_cert_store(ctx), ca);
    X509_free(ca);
    at += len;
  }
}

static void print_chain(SSL *ssl) {
  STACK_OF(X509) *chain = SSL_get_peer_cert_chain(ssl);
  printf(",\"version\":\"%s\",\"chain\":[", SSL_get_version(ssl));
  for (int i = 0; i < sk_X509_num(chain); i++) {
    unsigned char *der = NULL;
    int len = i2d_X509(sk_X509_value(chain, i), &der);
    printf("%s\"", i == 0 ? "" : ",");
    for (int k = 0; k < len; k++) printf("%02x", der[k]);
    printf("\"");
    OPENSSL_free(der);
  }
  printf("]");
}

int main(int argc, char **argv) {
  struct harness_args args = harness_read(argc, argv);
  SSL_CTX *ctx = SSL_CTX_new(TLS_client_method());
  X509_VERIFY_PARAM *param = SSL_CTX_get0_param(ctx);
  struct in_addr address;
  unsigned long flags = 0;
  int done;

  if (harness_has(&args, "partial")) flags |= X509_V_FLAG_PARTIAL_CHAIN;
  if (harness_has(&args, "strict")) flags |= X509_V_FLAG_X509_STRICT;
  X509_VERIFY_PARAM_set_flags(param, flags);
  X509_VERIFY_PARAM_set_time(param, harness_now);
  if (harness_has(&args, "whole")) X509_VERIFY_PARAM_set_hostflags(param, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
  SSL_CTX_set_security_level(ctx, harness_has(&args, "level1") ? 1 : 2);
  SSL_CTX_set_verify(ctx, SSL_VERIFY_PEER, remember);
  load(ctx, &args);
  SSL *ssl = SSL_new(ctx);
  if (inet_pton(AF_INET, args.name, &address) == 1) {
    X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl), args.name);
  } else {
    SSL_set_tlsext_host_name(ssl, args.name);
    SSL_set1_host(ssl, args.name);
  }
  SSL_set_fd(ssl, harness_connect(&args));
  done = SSL_connect(ssl) == 1;
  printf("{\"accepts\":%s,\"library\":\"", done && first_error == X509_V_OK ? "true" : "false");
  if (first_error != X509_V_OK) printf("%d", first_error);
  else if (!done) printf("%s", ERR_reason_error_string(ERR_peek_error()));
  printf("\"");
  if (done || SSL_get_peer_cert_chain(ssl) != NULL) print_chain(ssl);
  printf("}\n");
  return 0;
}
