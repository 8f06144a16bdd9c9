/* A TLS client of mbedTLS with the library's own defaults. Options: `noname` sets no host name, as programs do for an address; `pem FILE` reads the
 * CA file with the library's own PEM reader. */
#include <mbedtls/ctr_drbg.h>
#include <mbedtls/entropy.h>
#include <mbedtls/ssl.h>
#include <mbedtls/version.h>
#if MBEDTLS_VERSION_MAJOR >= 3
#include <psa/crypto.h>
#endif

#include "harness.h"
#include "no-dates.h"

static int send_all(void *ctx, const unsigned char *buf, size_t len) {
  ssize_t n = write(*(int *) ctx, buf, len);
  return n < 0 ? -0x004e : (int) n;
}

static int receive(void *ctx, unsigned char *buf, size_t len) {
  ssize_t n = read(*(int *) ctx, buf, len);
  return n < 0 ? -0x004c : (int) n;
}

static void load(mbedtls_x509_crt *cas, const struct harness_args *args) {
  if (harness_has(args, "pem")) {
    if (mbedtls_x509_crt_parse(cas, args->ca, args->ca_len + 1) != 0) harness_die("CA file: not every certificate is read");
    return;
  }
  for (size_t at = 0; at < args->ca_len;) {
    size_t len = harness_der_len(args->ca + at, args->ca_len - at);
    if (len == 0 || mbedtls_x509_crt_parse_der(cas, args->ca + at, len) != 0) harness_die("CA file: a certificate cannot be read");
    at += len;
  }
}

int main(int argc, char **argv) {
  struct harness_args args = harness_read(argc, argv);
  mbedtls_entropy_context entropy;
  mbedtls_ctr_drbg_context random;
  mbedtls_ssl_config conf;
  mbedtls_ssl_context ssl;
  mbedtls_x509_crt cas;
  char library[64] = "";
  int fd, ret;

#if MBEDTLS_VERSION_MAJOR >= 3
  // TLS 1.3 works by PSA alone.
  if (psa_crypto_init() != PSA_SUCCESS) harness_die("no PSA");
#endif
  mbedtls_entropy_init(&entropy);
  mbedtls_ctr_drbg_init(&random);
  mbedtls_ssl_config_init(&conf);
  mbedtls_ssl_init(&ssl);
  mbedtls_x509_crt_init(&cas);
  load(&cas, &args);
  if (mbedtls_ctr_drbg_seed(&random, mbedtls_entropy_func, &entropy, NULL, 0) != 0) harness_die("no randomness");
  if (mbedtls_ssl_config_defaults(&conf, MBEDTLS_SSL_IS_CLIENT, MBEDTLS_SSL_TRANSPORT_STREAM,
                                  MBEDTLS_SSL_PRESET_DEFAULT) != 0)
    harness_die("no defaults");
#if MBEDTLS_VERSION_MAJOR >= 3
  if (harness_has(&args, "tls12")) mbedtls_ssl_conf_max_tls_version(&conf, MBEDTLS_SSL_VERSION_TLS1_2);
#endif
  mbedtls_ssl_conf_authmode(&conf, MBEDTLS_SSL_VERIFY_REQUIRED);
  if (args.ca_len > 0) mbedtls_ssl_conf_ca_chain(&conf, &cas, NULL);
  mbedtls_ssl_conf_rng(&conf, mbedtls_ctr_drbg_random, &random);
  if (mbedtls_ssl_setup(&ssl, &conf) != 0) harness_die("no session");
  if (!harness_has(&args, "noname") && mbedtls_ssl_set_hostname(&ssl, args.name) != 0) harness_die("no host name");
  fd = harness_connect(&args);
  mbedtls_ssl_set_bio(&ssl, &fd, send_all, receive, NULL);
  do ret = mbedtls_ssl_handshake(&ssl);
  while (ret == MBEDTLS_ERR_SSL_WANT_READ || ret == MBEDTLS_ERR_SSL_WANT_WRITE);
  if (ret == MBEDTLS_ERR_X509_CERT_VERIFY_FAILED)
    snprintf(library, sizeof(library), "-0x2700, flags 0x%x", (unsigned) mbedtls_ssl_get_verify_result(&ssl));
  else if (ret != 0)
    snprintf(library, sizeof(library), "-0x%04X", (unsigned) -ret);
  harness_report(ret == 0, library);
  return 0;
}
