/**
 * ESP-IDF 5 and 6: esp_http_client with the CA as PEM, or with a certificate bundle of one's own.
 *
 * The bundle is made by ESP-IDF from PEM, in the layout of its version. One that is embedded by hand would bring the
 * symbols _binary_x509_crt_bundle_* a second time, which esp_crt_bundle.c has already.
 */
import { formats } from "../../bundle/index.ts";
import { type Example, quoteC } from "./example.ts";
import { type ExampleFile, placeFiles } from "./example-file.ts";
import { ignoring, pemHalves } from "./identity.ts";
import { renderReadme } from "./readme.ts";

export function buildEspIdf(example: Example): readonly ExampleFile[] {
  const { name } = example.profile;
  const isBundle = name === "esp-idf-bundle" || name === "esp-idf-6-bundle";
  const halves = example.identity && pemHalves(example.identity, "main/");
  return [
    { path: "CMakeLists.txt", content: projectFile },
    { path: "sdkconfig.defaults", content: isBundle ? bundleSettings : pemSettings },
    { path: "main/CMakeLists.txt", content: componentFile(isBundle, halves !== undefined) },
    { path: "main/idf_component.yml", content: componentManifest },
    {
      path: "main/main.c",
      content:
        example.speaks === "http" ? renderProgram(example, isBundle) : renderConnection(example, isBundle),
    },
    ...placeFiles(formats.pem.write(example.anchors).files, (path) => `main/${path}`),
    ...(halves === undefined ? [] : [halves.certificate]),
    ignoring([...(halves === undefined ? [] : [halves.key]), "build/", "sdkconfig", "sdkconfig.old"]),
    {
      path: "README.md",
      content: renderReadme(example, {
        needs: ["ESP-IDF 5.0 or later, with its environment set up (`. $IDF_PATH/export.sh`)."],
        prepare: [
          "`idf.py set-target esp32`, or your chip.",
          "`idf.py menuconfig`, Example Connection Configuration: the name and the password of your network.",
          ...(halves === undefined ? [] : [halves.step]),
        ],
        run: ["idf.py build", "idf.py -p PORT flash monitor"],
        settings: [
          isBundle
            ? "The build makes the bundle from `main/ca.pem` (`CONFIG_MBEDTLS_CUSTOM_CERTIFICATE_BUNDLE_PATH`), in the layout of your ESP-IDF. `CONFIG_MBEDTLS_CERTIFICATE_BUNDLE_DEFAULT_NONE` leaves Espressif's own roots out."
            : "`main/ca.pem` is embedded with `EMBED_TXTFILES`, which adds the NUL that mbedTLS counts.",
          "To check dates as well: `CONFIG_MBEDTLS_HAVE_TIME_DATE=y` in `sdkconfig.defaults`, and set the clock with `esp_netif_sntp_init` before the first request.",
          ...(example.speaks === "http"
            ? ["`disable_auto_redirect`: another host may need another CA. `keep_alive_enable` is left off."]
            : []),
        ],
      }),
    },
  ];
}

const projectFile = `cmake_minimum_required(VERSION 3.16)
include($ENV{IDF_PATH}/tools/cmake/project.cmake)
project(https_fetch)
`;

const pemSettings = `CONFIG_ESP_MAIN_TASK_STACK_SIZE=8192
CONFIG_MBEDTLS_CERTIFICATE_BUNDLE=n
`;

const bundleSettings = `CONFIG_ESP_MAIN_TASK_STACK_SIZE=8192
CONFIG_MBEDTLS_CERTIFICATE_BUNDLE=y
CONFIG_MBEDTLS_CERTIFICATE_BUNDLE_DEFAULT_NONE=y
CONFIG_MBEDTLS_CUSTOM_CERTIFICATE_BUNDLE=y
CONFIG_MBEDTLS_CUSTOM_CERTIFICATE_BUNDLE_PATH="main/ca.pem"
`;

const componentManifest = `dependencies:
  protocol_examples_common:
    path: \${IDF_PATH}/examples/common_components/protocol_examples_common
`;

function componentFile(isBundle: boolean, isMutual: boolean): string {
  const files = [...(isBundle ? [] : ["ca.pem"]), ...(isMutual ? ["client.pem", "client.key"] : [])];
  const embedded = files.length === 0 ? "" : ` EMBED_TXTFILES ${files.map((file) => `"${file}"`).join(" ")}`;
  return `idf_component_register(SRCS "main.c" INCLUDE_DIRS "."${embedded})\n`;
}

/** esp-tls, which is beneath the HTTP client. */
function renderConnection({ host, port, timeoutMs, identity }: Example, isBundle: boolean): string {
  const embedded = [
    ...(isBundle ? [] : ["ca_pem"]),
    ...(identity === undefined ? [] : ["client_pem", "client_key"]),
  ];
  const symbols = embedded.flatMap((name) =>
    ["start", "end"].map(
      (end) => `extern const unsigned char ${name}_${end}[] asm("_binary_${name}_${end}");\n`,
    ),
  );
  const buffer = (field: string, name: string): string =>
    `      .${field}_buf = ${name}_start,\n      .${field}_bytes = ${name}_end - ${name}_start,\n`;
  const anchors = isBundle
    ? "      .crt_bundle_attach = esp_crt_bundle_attach,\n"
    : buffer("cacert", "ca_pem");
  const shown =
    identity === undefined ? "" : buffer("clientcert", "client_pem") + buffer("clientkey", "client_key");
  return String.raw`/* One verified TLS connection. ESP-IDF 5 and 6. */
#include <string.h>

#include "esp_event.h"
#include "esp_log.h"
#include "esp_netif.h"
#include "esp_tls.h"
#include "nvs_flash.h"
#include "protocol_examples_common.h"
${isBundle ? bundleAnchors.include : ""}
#define HOST ${quoteC(host)}
#define PORT ${port}
#define TIMEOUT_MS ${timeoutMs}

static const char *TAG = "fetch";

${symbols.join("")}
static void fetch(void) {
  esp_tls_cfg_t config = {
${anchors}${shown}      .timeout_ms = TIMEOUT_MS,
  };
  esp_tls_t *tls = esp_tls_init();
  if (tls == NULL) {
    ESP_LOGE(TAG, "no memory");
  } else if (esp_tls_conn_new_sync(HOST, strlen(HOST), PORT, &config, tls) == 1) {
    ESP_LOGI(TAG, "verified"); /* speak with esp_tls_conn_write and esp_tls_conn_read here */
  } else {
    ESP_LOGE(TAG, "DNS, TCP or TLS failed; the lines of esp-tls above say which");
  }
  if (tls != NULL) esp_tls_conn_destroy(tls);
}

${appMain}`;
}

function renderProgram({ url, agent, timeoutMs, identity }: Example, isBundle: boolean): string {
  const shown = identity === undefined ? { declare: "", configure: "" } : showIdentity;
  const anchors = isBundle ? bundleAnchors : pemAnchors;
  return String.raw`/* One verified HTTPS request. ESP-IDF 5 and 6. */
#include <inttypes.h>
#include <stdbool.h>
#include <stdint.h>

#include "esp_event.h"
#include "esp_http_client.h"
#include "esp_log.h"
#include "esp_netif.h"
#include "nvs_flash.h"
#include "protocol_examples_common.h"
${anchors.include}
#define URL ${quoteC(url)}
#define AGENT ${quoteC(agent)}
#define TIMEOUT_MS ${timeoutMs}

static const char *TAG = "fetch";

${anchors.declare}${shown.declare}${reportConnect}static void fetch(void) {
  static char piece[1024];
  esp_http_client_config_t config = {
      .url = URL,
      .timeout_ms = TIMEOUT_MS,
      .user_agent = AGENT,
      .disable_auto_redirect = true,
      ${anchors.configure}${shown.configure}
  };
${fetchEnd}${appMain}`;
}

const appMain = `void app_main(void) {
  ESP_ERROR_CHECK(nvs_flash_init());
  ESP_ERROR_CHECK(esp_netif_init());
  ESP_ERROR_CHECK(esp_event_loop_create_default());
  ESP_ERROR_CHECK(example_connect());
  fetch();
}
`;

const pemAnchors = {
  include: "",
  declare: `extern const char ca_pem_start[] asm("_binary_ca_pem_start");\n\n`,
  configure: ".cert_pem = ca_pem_start,",
} as const;

const showIdentity = {
  declare: `extern const char client_pem_start[] asm("_binary_client_pem_start");
extern const char client_key_start[] asm("_binary_client_key_start");

`,
  configure: `
      .client_cert_pem = client_pem_start,
      .client_key_pem = client_key_start,`,
} as const;

const bundleAnchors = {
  include: `#include "esp_crt_bundle.h"\n`,
  declare: "",
  configure: ".crt_bundle_attach = esp_crt_bundle_attach,",
} as const;

const reportConnect = String.raw`/* esp_http_client_open fails for DNS, TCP and TLS alike; esp-tls has the reason. */
static void report_connect(esp_http_client_handle_t client, esp_err_t error) {
  int tls_code = 0, tls_flags = 0;
  esp_http_client_get_and_clear_last_tls_error(client, &tls_code, &tls_flags);
  if (tls_flags != 0) {
    ESP_LOGE(TAG, "the certificate was not accepted: flags 0x%x (0x08: no way to the CA, 0x04: another name)", tls_flags);
  } else if (tls_code != 0) {
    ESP_LOGE(TAG, "TLS failed: -0x%x", (unsigned) (tls_code < 0 ? -tls_code : tls_code));
  } else {
    ESP_LOGE(TAG, "DNS or TCP failed: %s, errno %d", esp_err_to_name(error), esp_http_client_get_errno(client));
  }
}

`;

const fetchEnd = String.raw`  esp_http_client_handle_t client = esp_http_client_init(&config);
  if (client == NULL) {
    ESP_LOGE(TAG, "no memory, or a URL that cannot be read");
    return;
  }
  esp_err_t error = esp_http_client_open(client, 0);
  if (error != ESP_OK) {
    report_connect(client, error);
    esp_http_client_cleanup(client);
    return;
  }
  int64_t received = 0;
  if (esp_http_client_fetch_headers(client) < 0) {
    ESP_LOGE(TAG, "connected, and no HTTP answer within %d ms", TIMEOUT_MS);
  } else {
    int n;
    while ((n = esp_http_client_read(client, piece, sizeof(piece))) > 0) received += n; /* use piece here */
    if (n < 0 || !esp_http_client_is_complete_data_received(client)) {
      ESP_LOGE(TAG, "HTTP %d, cut off after %" PRId64 " bytes", esp_http_client_get_status_code(client), received);
    } else {
      ESP_LOGI(TAG, "HTTP %d, %" PRId64 " bytes", esp_http_client_get_status_code(client), received);
    }
  }
  esp_http_client_close(client);
  esp_http_client_cleanup(client);
}

`;
