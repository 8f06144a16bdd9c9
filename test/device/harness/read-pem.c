/* Prints the common names of the certificates that a library's own reader takes from a PEM file, one a line.
 * mbedtls_x509_crt_parse; X509_STORE_load_locations, or with READ_NODE one certificate after the other, as Node does it; or
 * BearSSL's PEM decoder as the ESP8266 core drives it, which takes nothing of a text that is broken. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#if defined(LIBRARY_MBEDTLS)
#include <mbedtls/x509_crt.h>

static void read_pem(const unsigned char *text, size_t len) {
  mbedtls_x509_crt first;
  mbedtls_x509_crt_init(&first);
  mbedtls_x509_crt_parse(&first, text, len + 1);
  for (mbedtls_x509_crt *crt = &first; crt != NULL && crt->raw.p != NULL; crt = crt->next)
    printf("%.*s\n", (int) crt->subject.val.len, (const char *) crt->subject.val.p);
}
#elif defined(READ_NODE)
#include <openssl/pem.h>

static void read_pem(const unsigned char *text, size_t len) {
  BIO *bio = BIO_new_mem_buf(text, (int) len);
  char name[256];
  for (;;) {
    X509 *crt = PEM_read_bio_X509_AUX(bio, NULL, NULL, NULL);
    if (crt == NULL) return;
    X509_NAME_get_text_by_NID(X509_get_subject_name(crt), NID_commonName, name, sizeof(name));
    printf("%s\n", name);
  }
}
#elif defined(LIBRARY_OPENSSL)
#include <openssl/x509.h>

static const char *path;

static void read_pem(const unsigned char *text, size_t len) {
  X509_STORE *store = X509_STORE_new();
  char name[256];
  (void) text;
  (void) len;
  X509_STORE_load_locations(store, path, NULL);
  STACK_OF(X509_OBJECT) *objects = X509_STORE_get0_objects(store);
  for (int i = 0; i < sk_X509_OBJECT_num(objects); i++) {
    X509 *crt = X509_OBJECT_get0_X509(sk_X509_OBJECT_value(objects, i));
    if (crt == NULL) continue;
    X509_NAME_get_text_by_NID(X509_get_subject_name(crt), NID_commonName, name, sizeof(name));
    printf("%s\n", name);
  }
}
#else
#include <bearssl.h>

static unsigned char object[65536], subject[4096];
static size_t object_len, subject_len;

static void take_object(void *ctx, const void *data, size_t len) {
  (void) ctx;
  if (object_len + len > sizeof(object)) return;
  memcpy(object + object_len, data, len);
  object_len += len;
}

static void take_subject(void *ctx, const void *data, size_t len) {
  (void) ctx;
  if (subject_len + len > sizeof(subject)) return;
  memcpy(subject + subject_len, data, len);
  subject_len += len;
}

/* The common name is what the subject ends with. */
static void add_name(char *names) {
  br_x509_decoder_context decoder;
  size_t start;
  subject_len = 0;
  br_x509_decoder_init(&decoder, take_subject, NULL);
  br_x509_decoder_push(&decoder, object, object_len);
  if (br_x509_decoder_get_pkey(&decoder) == NULL) return;
  for (start = subject_len; start > 0 && subject[start - 1] >= 0x20; start--) continue;
  strncat(names, (const char *) subject + start, subject_len - start);
  strcat(names, "\n");
}

static void read_pem(const unsigned char *text, size_t len) {
  static char names[65536];
  br_pem_decoder_context pem;
  int is_open = 0, is_certificate = 0, has_line_end = 0;
  /* X509List takes a string. */
  len = strnlen((const char *) text, len);
  br_pem_decoder_init(&pem);
  br_pem_decoder_setdest(&pem, take_object, NULL);
  while (len > 0) {
    size_t taken = br_pem_decoder_push(&pem, text, len);
    text += taken;
    len -= taken;
    switch (br_pem_decoder_event(&pem)) {
      case BR_PEM_BEGIN_OBJ:
        is_certificate = strcmp(br_pem_decoder_name(&pem), "CERTIFICATE") == 0 ||
                         strcmp(br_pem_decoder_name(&pem), "X509 CERTIFICATE") == 0;
        is_open = 1;
        object_len = 0;
        break;
      case BR_PEM_END_OBJ:
        if (is_open && is_certificate) add_name(names);
        is_open = 0;
        break;
      case BR_PEM_ERROR: return;
      default: break;
    }
    if (len == 0 && !has_line_end) {
      has_line_end = 1;
      text = (const unsigned char *) "\n";
      len = 1;
    }
  }
  if (!is_open) fputs(names, stdout);
}
#endif

int main(int argc, char **argv) {
  static unsigned char text[1 << 20];
  FILE *file = argc == 2 ? fopen(argv[1], "rb") : NULL;
  if (file == NULL) return 2;
  size_t len = fread(text, 1, sizeof(text) - 1, file);
  fclose(file);
#if defined(LIBRARY_OPENSSL) && !defined(READ_NODE)
  path = argv[1];
#endif
  read_pem(text, len);
  return 0;
}
