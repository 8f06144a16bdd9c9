/* A TLS client of BearSSL with the full client profile and the minimal engine. With -DANCHORS_HEADER the trust anchors
 * are those of that C source, and the CA file is not looked at. */
#include <bearssl.h>

#include "harness.h"

#ifdef ANCHORS_HEADER
#include ANCHORS_HEADER
#else
#include "bearssl-anchor.h"

#define MAX_ANCHORS 512
static br_x509_trust_anchor TAs[MAX_ANCHORS];
static size_t TAs_NUM;

static void add_anchor(const unsigned char *der, size_t len) {
  br_x509_decoder_context decoder;
  struct name name;
  br_x509_pkey *key;
  br_x509_trust_anchor *anchor = &TAs[TAs_NUM++];
  name.len = 0;
  br_x509_decoder_init(&decoder, append_name, &name);
  br_x509_decoder_push(&decoder, der, len);
  key = br_x509_decoder_get_pkey(&decoder);
  if (key == NULL) harness_die("CA file: a certificate cannot be read");
  anchor->dn.data = copy(name.data, name.len);
  anchor->dn.len = name.len;
  anchor->flags = br_x509_decoder_isCA(&decoder) ? BR_X509_TA_CA : 0;
  anchor->pkey = *key;
  if (key->key_type == BR_KEYTYPE_RSA) {
    anchor->pkey.key.rsa.n = copy(key->key.rsa.n, key->key.rsa.nlen);
    anchor->pkey.key.rsa.e = copy(key->key.rsa.e, key->key.rsa.elen);
  } else {
    anchor->pkey.key.ec.q = copy(key->key.ec.q, key->key.ec.qlen);
  }
}

static void load(const struct harness_args *args) {
  for (size_t at = 0; at < args->ca_len;) {
    size_t len = harness_der_len(args->ca + at, args->ca_len - at);
    if (len == 0 || TAs_NUM == MAX_ANCHORS) harness_die("CA file: not DER");
    add_anchor(args->ca + at, len);
    at += len;
  }
}
#endif

static int send_some(void *ctx, const unsigned char *buf, size_t len) {
  ssize_t n = write(*(int *) ctx, buf, len);
  return n <= 0 ? -1 : (int) n;
}

static int receive(void *ctx, unsigned char *buf, size_t len) {
  ssize_t n = read(*(int *) ctx, buf, len);
  return n <= 0 ? -1 : (int) n;
}

int main(int argc, char **argv) {
  static unsigned char buffer[BR_SSL_BUFSIZE_BIDI];
  struct harness_args args = harness_read(argc, argv);
  br_ssl_client_context client;
  br_x509_minimal_context x509;
  br_sslio_context io;
  char library[64] = "";
  int fd, error;

#ifndef ANCHORS_HEADER
  load(&args);
#endif
  br_ssl_client_init_full(&client, &x509, TAs, TAs_NUM);
  br_x509_minimal_set_time(&x509, (uint32_t) (harness_now / 86400) + 719528, (uint32_t) (harness_now % 86400));
  br_ssl_engine_set_buffer(&client.eng, buffer, sizeof(buffer), 1);
  br_ssl_client_reset(&client, harness_has(&args, "noname") ? NULL : args.name, 0);
  fd = harness_connect(&args);
  br_sslio_init(&io, &client.eng, receive, &fd, send_some, &fd);
  error = br_sslio_flush(&io) == 0 ? 0 : br_ssl_engine_last_error(&client.eng);
  if (error != 0) snprintf(library, sizeof(library), "%d", error);
  harness_report(error == 0, library);
  return 0;
}
