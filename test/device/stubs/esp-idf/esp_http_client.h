/* What the examples use of ESP-IDF 5.x: components esp_http_client, esp_common, log, nvs_flash, mbedtls, declared. */
#ifndef ESP_HTTP_CLIENT_H
#define ESP_HTTP_CLIENT_H
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
typedef int esp_err_t;
#define ESP_OK 0
typedef struct esp_http_client *esp_http_client_handle_t;
typedef struct {
  const char *url;
  const char *cert_pem;
  size_t cert_len;
  const char *client_cert_pem;
  const char *client_key_pem;
  const char *user_agent;
  int timeout_ms;
  bool disable_auto_redirect;
  esp_err_t (*crt_bundle_attach)(void *conf);
} esp_http_client_config_t;
esp_http_client_handle_t esp_http_client_init(const esp_http_client_config_t *config);
esp_err_t esp_http_client_perform(esp_http_client_handle_t client);
esp_err_t esp_http_client_open(esp_http_client_handle_t client, int write_len);
int64_t esp_http_client_fetch_headers(esp_http_client_handle_t client);
int esp_http_client_read(esp_http_client_handle_t client, char *buffer, int len);
int esp_http_client_get_status_code(esp_http_client_handle_t client);
int esp_http_client_get_errno(esp_http_client_handle_t client);
bool esp_http_client_is_complete_data_received(esp_http_client_handle_t client);
esp_err_t esp_http_client_get_and_clear_last_tls_error(esp_http_client_handle_t client, int *code, int *flags);
esp_err_t esp_http_client_close(esp_http_client_handle_t client);
esp_err_t esp_http_client_cleanup(esp_http_client_handle_t client);
const char *esp_err_to_name(esp_err_t code);
#define ESP_LOGE(tag, format, ...) printf("E %s: " format "\n", tag, ##__VA_ARGS__)
#define ESP_LOGI(tag, format, ...) printf("I %s: " format "\n", tag, ##__VA_ARGS__)
#define ESP_ERROR_CHECK(x) do { if ((x) != ESP_OK) abort(); } while (0)
esp_err_t nvs_flash_init(void);
esp_err_t esp_netif_init(void);
esp_err_t esp_event_loop_create_default(void);
esp_err_t example_connect(void);
esp_err_t esp_crt_bundle_attach(void *conf);
esp_err_t esp_crt_bundle_set(const uint8_t *x509_bundle, size_t bundle_size);
#define ESP_IDF_VERSION_VAL(major, minor, patch) (((major) << 16) | ((minor) << 8) | (patch))
#define ESP_IDF_VERSION ESP_IDF_VERSION_VAL(5, 5, 0)
void app_main(void);
#endif
