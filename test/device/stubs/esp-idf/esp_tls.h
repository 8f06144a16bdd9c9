/* What the examples use of ESP-IDF 5.x, component esp-tls, declared. */
#ifndef ESP_TLS_H
#define ESP_TLS_H
#include "esp_http_client.h"
typedef struct esp_tls esp_tls_t;
typedef struct {
  const unsigned char *cacert_buf;
  unsigned int cacert_bytes;
  const unsigned char *clientcert_buf;
  unsigned int clientcert_bytes;
  const unsigned char *clientkey_buf;
  unsigned int clientkey_bytes;
  int timeout_ms;
  esp_err_t (*crt_bundle_attach)(void *conf);
} esp_tls_cfg_t;
esp_tls_t *esp_tls_init(void);
int esp_tls_conn_new_sync(const char *hostname, int hostlen, int port, const esp_tls_cfg_t *cfg, esp_tls_t *tls);
int esp_tls_conn_destroy(esp_tls_t *tls);
#endif
