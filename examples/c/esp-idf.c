/* ESP-IDF 5.0 and later: the client refuses to connect when nothing says how to verify. */
#include "esp_http_client.h"
#include "esp_log.h"

extern const char ca_pem_start[] asm("_binary_ca_pem_start");

void fetch(void) {
  esp_http_client_config_t config = {
      .url = "https://api.weather.gov/",
      .cert_pem = ca_pem_start,
      .user_agent = "my-app/1.0",
  };
  esp_http_client_handle_t client = esp_http_client_init(&config);
  esp_err_t error = esp_http_client_perform(client);
  if (error == ESP_OK) ESP_LOGI("fetch", "HTTP %d", esp_http_client_get_status_code(client));
  else ESP_LOGE("fetch", "no answer: %s", esp_err_to_name(error));
  esp_http_client_cleanup(client);
}
