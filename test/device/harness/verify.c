/* What a library says of many chains under many sets of anchors, without a handshake: as its TLS layer asks it.
 *
 *   verify FILE EPOCH_SECONDS [OPTION...]
 *
 * A line of FILE is `anchors - DER,DER...` or `chain NAME DER,DER...` in hexadecimal, the server's own first. Prints a
 * line for each chain, with a word for each set of anchors: `accepts`, or the library's error. Anchors that the library
 * cannot read are not there. Options as of the library's own harness. */
#include "harness.h"

#define MAX_CERTIFICATES 32
#define MAX_ROWS 256

struct bytes {
  unsigned char *data;
  size_t len;
};

struct row {
  char *name;
  struct bytes certificates[MAX_CERTIFICATES];
  size_t count;
};

static int option_count;
static char **options;

static inline int has_option(const char *option) {
  for (int i = 0; i < option_count; i++)
    if (strcmp(options[i], option) == 0) return 1;
  return 0;
}

/* The program gives no name where it stands as `-`. */
static inline const char *name_of(const struct row *chain) {
  return strcmp(chain->name, "-") == 0 ? NULL : chain->name;
}

/* What a library has made of a set of anchors. */
struct anchors;
static struct anchors *load_anchors(const struct row *set);
static void verify_chain(const struct row *chain, struct anchors *anchors, char *word, size_t size);

#if defined(LIBRARY_MBEDTLS)
#include "no-dates.h"
#include <mbedtls/oid.h>
#include <mbedtls/ssl.h>
#include <mbedtls/version.h>
#if MBEDTLS_VERSION_MAJOR >= 3
#include <psa/crypto.h>
#endif

struct anchors {
  mbedtls_x509_crt certificates;
  size_t count;
};

static struct anchors *load_anchors(const struct row *set) {
  struct anchors *anchors = calloc(1, sizeof(*anchors));
#if MBEDTLS_VERSION_MAJOR >= 3
  if (psa_crypto_init() != PSA_SUCCESS) harness_die("no PSA");
#endif
  mbedtls_x509_crt_init(&anchors->certificates);
  for (size_t i = 0; i < set->count; i++)
    if (mbedtls_x509_crt_parse_der(&anchors->certificates, set->certificates[i].data, set->certificates[i].len) == 0)
      anchors->count++;
  return anchors;
}

/* ssl_parse_certificate_chain, and what ssl_tls.c verifies of it with a suite that signs by the leaf's key. */
static void verify_chain(const struct row *chain, struct anchors *anchors, char *word, size_t size) {
  mbedtls_x509_crt sent;
  uint32_t flags = 0;
  int ret = 0;
  mbedtls_x509_crt_init(&sent);
  if (anchors->count == 0) ret = -0x7680;
  for (size_t i = 0; i < chain->count && ret == 0; i++) {
    ret = mbedtls_x509_crt_parse_der(&sent, chain->certificates[i].data, chain->certificates[i].len);
    if (ret == MBEDTLS_ERR_X509_UNKNOWN_SIG_ALG + MBEDTLS_ERR_OID_NOT_FOUND) ret = 0;
  }
  if (ret == 0) {
    ret = mbedtls_x509_crt_verify_with_profile(&sent, &anchors->certificates, NULL, &mbedtls_x509_crt_profile_default,
                                               name_of(chain), &flags, NULL, NULL);
    if (ret != 0 && ret != MBEDTLS_ERR_X509_CERT_VERIFY_FAILED) flags = 0;
    if (mbedtls_x509_crt_check_key_usage(&sent, MBEDTLS_X509_KU_DIGITAL_SIGNATURE) != 0) {
      flags |= MBEDTLS_X509_BADCERT_KEY_USAGE;
      if (ret == 0) ret = -0x7A00;
    }
    if (mbedtls_x509_crt_check_extended_key_usage(&sent, MBEDTLS_OID_SERVER_AUTH,
                                                  MBEDTLS_OID_SIZE(MBEDTLS_OID_SERVER_AUTH)) != 0) {
      flags |= MBEDTLS_X509_BADCERT_EXT_KEY_USAGE;
      if (ret == 0) ret = -0x7A00;
    }
  }
  mbedtls_x509_crt_free(&sent);
  if (ret == 0) snprintf(word, size, "accepts");
  else if (ret == MBEDTLS_ERR_X509_CERT_VERIFY_FAILED) snprintf(word, size, "-0x2700, flags 0x%x", (unsigned) flags);
  else snprintf(word, size, "-0x%04X", (unsigned) -ret);
}

#elif defined(LIBRARY_OPENSSL)
#include <openssl/x509.h>
#include <openssl/x509v3.h>

struct anchors {
  X509_STORE *store;
};

static X509 *parse(const struct bytes *certificate) {
  const unsigned char *at = certificate->data;
  return d2i_X509(NULL, &at, (long) certificate->len);
}

static struct anchors *load_anchors(const struct row *set) {
  struct anchors *anchors = calloc(1, sizeof(*anchors));
  anchors->store = X509_STORE_new();
  for (size_t i = 0; i < set->count; i++) {
    X509 *ca = parse(&set->certificates[i]);
    if (ca != NULL) X509_STORE_add_cert(anchors->store, ca);
    X509_free(ca);
  }
  return anchors;
}

/* ssl_verify_cert_chain. */
static void verify_chain(const struct row *chain, struct anchors *anchors, char *word, size_t size) {
  STACK_OF(X509) *sent = sk_X509_new_null();
  X509_STORE_CTX *ctx = X509_STORE_CTX_new();
  X509_VERIFY_PARAM *param;
  unsigned long flags = 0;
  struct in_addr address;
  for (size_t i = 0; i < chain->count; i++) {
    X509 *certificate = parse(&chain->certificates[i]);
    if (certificate != NULL) sk_X509_push(sent, certificate);
  }
  X509_STORE_CTX_init(ctx, anchors->store, sk_X509_value(sent, 0), sent);
  X509_STORE_CTX_set_default(ctx, "ssl_server");
  param = X509_STORE_CTX_get0_param(ctx);
  if (has_option("partial")) flags |= X509_V_FLAG_PARTIAL_CHAIN;
  if (has_option("strict")) flags |= X509_V_FLAG_X509_STRICT;
  X509_VERIFY_PARAM_set_flags(param, flags);
  if (has_option("whole")) X509_VERIFY_PARAM_set_hostflags(param, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
  X509_VERIFY_PARAM_set_time(param, harness_now);
  X509_VERIFY_PARAM_set_auth_level(param, has_option("level1") ? 1 : 2);
  if (inet_pton(AF_INET, chain->name, &address) == 1) X509_VERIFY_PARAM_set1_ip_asc(param, chain->name);
  else X509_VERIFY_PARAM_set1_host(param, chain->name, 0);
  if (sk_X509_num(sent) == (int) chain->count && X509_verify_cert(ctx) == 1) snprintf(word, size, "accepts");
  else snprintf(word, size, "%d", X509_STORE_CTX_get_error(ctx));
  X509_STORE_CTX_free(ctx);
  sk_X509_pop_free(sent, X509_free);
}

#else
#include <bearssl.h>

#include "bearssl-anchor.h"

struct anchors {
  br_x509_trust_anchor list[MAX_CERTIFICATES];
  size_t count;
};

static void add_anchor(struct anchors *anchors, const struct bytes *certificate) {
  br_x509_decoder_context decoder;
  struct name name;
  br_x509_trust_anchor *anchor = &anchors->list[anchors->count];
  br_x509_pkey *key;
  name.len = 0;
  br_x509_decoder_init(&decoder, append_name, &name);
  br_x509_decoder_push(&decoder, certificate->data, certificate->len);
  key = br_x509_decoder_get_pkey(&decoder);
  if (key == NULL) return;
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
  anchors->count++;
}

static struct anchors *load_anchors(const struct row *set) {
  struct anchors *anchors = calloc(1, sizeof(*anchors));
  for (size_t i = 0; i < set->count; i++) add_anchor(anchors, &set->certificates[i]);
  return anchors;
}

/* The engine as br_ssl_client_init_full sets it, driven as the handshake drives it. */
static void verify_chain(const struct row *chain, struct anchors *anchors, char *word, size_t size) {
  static br_ssl_client_context client;
  static br_x509_minimal_context x509;
  const br_x509_class **engine = &x509.vtable;
  unsigned usages = 0, error;
  br_ssl_client_init_full(&client, &x509, anchors->list, anchors->count);
  br_x509_minimal_set_time(&x509, (uint32_t) (harness_now / 86400) + 719528, (uint32_t) (harness_now % 86400));
  x509.vtable->start_chain(engine, name_of(chain));
  for (size_t i = 0; i < chain->count; i++) {
    x509.vtable->start_cert(engine, (uint32_t) chain->certificates[i].len);
    x509.vtable->append(engine, chain->certificates[i].data, chain->certificates[i].len);
    x509.vtable->end_cert(engine);
  }
  error = x509.vtable->end_chain(engine);
  if (error == 0) {
    // ECDHE signs with the leaf's key.
    if (x509.vtable->get_pkey(engine, &usages) == NULL || (usages & BR_KEYTYPE_SIGN) == 0)
      error = BR_ERR_WRONG_KEY_USAGE;
  }
  if (error == 0) snprintf(word, size, "accepts");
  else snprintf(word, size, "%u", error);
}
#endif

static int digit(char c) { return c <= '9' ? c - '0' : c - 'a' + 10; }

static struct bytes read_hex(const char *hex) {
  struct bytes bytes = {malloc(strlen(hex) / 2 + 1), strlen(hex) / 2};
  for (size_t i = 0; i < bytes.len; i++)
    bytes.data[i] = (unsigned char) (digit(hex[2 * i]) << 4 | digit(hex[2 * i + 1]));
  return bytes;
}

static struct row *read_row(char *name, char *list) {
  struct row *row = calloc(1, sizeof(*row));
  row->name = strdup(name);
  for (char *hex = strtok(list, ","); hex != NULL; hex = strtok(NULL, ",")) {
    if (row->count == MAX_CERTIFICATES) harness_die("too many certificates");
    row->certificates[row->count++] = read_hex(hex);
  }
  return row;
}

int main(int argc, char **argv) {
  static char line[1 << 20], kind[16], name[256], list[1 << 20];
  static struct row *chains[MAX_ROWS];
  static struct anchors *sets[MAX_ROWS];
  size_t chain_count = 0, set_count = 0;
  FILE *file = argc < 3 ? NULL : fopen(argv[1], "r");
  if (file == NULL) harness_die("usage: verify FILE EPOCH_SECONDS [OPTION...]");
  harness_now = (time_t) atoll(argv[2]);
  option_count = argc - 3;
  options = argv + 3;
  while (fgets(line, sizeof(line), file) != NULL) {
    if (chain_count == MAX_ROWS || set_count == MAX_ROWS) harness_die("too many rows");
    if (sscanf(line, "%15s %255s %1048575s", kind, name, list) != 3) harness_die("not a row");
    if (strcmp(kind, "chain") == 0) chains[chain_count++] = read_row(name, list);
    else sets[set_count++] = load_anchors(read_row(name, list));
  }
  for (size_t i = 0; i < chain_count; i++) {
    for (size_t k = 0; k < set_count; k++) {
      char word[64];
      verify_chain(chains[i], sets[k], word, sizeof(word));
      printf("%s%c", word, k + 1 < set_count ? '\t' : '\n');
    }
  }
  return 0;
}
