/** Arduino sketches: ESP32 (core 3.x) and ESP8266 (BearSSL). */
import { formats } from "../../bundle/index.ts";
import { type Example, quoteC } from "./example.ts";
import { type ExampleFile, placeFiles } from "./example-file.ts";
import { headerHalves, type Identity, ignoring } from "./identity.ts";
import { renderReadme } from "./readme.ts";

/** What differs between the two cores before the sketch itself: who builds it, and for which board. */
interface Core {
  readonly needs: readonly string[];
  readonly index: string;
  readonly fqbn: string;
  readonly platform: string;
  readonly board: string;
  readonly settings: readonly string[];
}

const esp32: Core = {
  needs: [
    "Arduino IDE 2 or `arduino-cli`, with Espressif's core for ESP32, 3.0 or later (`NetworkClientSecure` was `WiFiClientSecure` before).",
    "Or PlatformIO: `platformio.ini` names the pioarduino platform, since PlatformIO's own stays at core 2.",
  ],
  index: "https://espressif.github.io/arduino-esp32/package_esp32_index.json",
  fqbn: "esp32:esp32:esp32",
  platform:
    "https://github.com/pioarduino/platform-espressif32/releases/download/stable/platform-espressif32.zip",
  board: "esp32dev",
  settings: [
    "`ca_pem` is static: the client keeps a pointer to it.",
    "The handshake has the time-out of the request: the core's own is two minutes.",
    "Never `setInsecure()`: it verifies nobody.",
  ],
};

const esp8266: Core = {
  needs: [
    "Arduino IDE 2 or `arduino-cli`, with the core for ESP8266, 3.0 or later; or PlatformIO with its `espressif8266` platform.",
  ],
  index: "https://arduino.esp8266.com/stable/package_esp8266com_index.json",
  fqbn: "esp8266:esp8266:nodemcuv2",
  platform: "espressif8266",
  board: "nodemcuv2",
  settings: [
    'The clock is set by SNTP first: before that every certificate is "not valid yet".',
    "`anchors` is static: the client keeps a pointer to it.",
    "Never `setInsecure()`: it verifies nobody.",
  ],
};

export function buildArduino(example: Example): readonly ExampleFile[] {
  const isEsp8266 = example.profile.name === "arduino-esp8266";
  const core = isEsp8266 ? esp8266 : esp32;
  const halves = example.identity && headerHalves(example.identity, "fetch/");
  return [
    { path: "fetch/fetch.ino", content: isEsp8266 ? renderEsp8266(example) : renderEsp32(example) },
    { path: "fetch/secrets.h", content: secretsFile },
    ...placeFiles(formats["c-pem"].write(example.anchors).files, (path) => `fetch/${path}`),
    { path: "platformio.ini", content: renderPlatformio(core) },
    ...(halves === undefined ? [] : [halves.certificate]),
    ignoring(["fetch/secrets.h", ...(halves === undefined ? [] : [halves.key]), ".pio/"]),
    {
      path: "README.md",
      content: renderReadme(example, {
        needs: core.needs,
        prepare: [
          "Write the name and the password of your network into `fetch/secrets.h`. It is in `.gitignore`.",
          ...(halves === undefined ? [] : [halves.step]),
          `Another board than \`${core.board}\`: its name in \`platformio.ini\`, or in place of \`${core.fqbn}\` below.`,
        ],
        run: [
          `arduino-cli core install ${core.fqbn.split(":", 2).join(":")} --additional-urls ${core.index}`,
          `arduino-cli compile --fqbn ${core.fqbn} fetch`,
          `arduino-cli upload --fqbn ${core.fqbn} -p PORT fetch && arduino-cli monitor -p PORT -c baudrate=115200`,
          "# or: pio run -t upload -t monitor",
        ],
        settings: core.settings,
      }),
    },
  ];
}

/** Not `network.h`: where capitals do not count, that is the core's own `Network.h`. */
const secretsFile = `#ifndef SECRETS_H
#define SECRETS_H

#define NETWORK_NAME "your network"
#define NETWORK_PASSWORD "its password"

#endif
`;

function renderPlatformio({ platform, board }: Core): string {
  return `[platformio]
src_dir = fetch

[env:${board}]
platform = ${platform}
board = ${board}
framework = arduino
monitor_speed = 115200
`;
}

/** What the sketch does, the same for both cores: a request, or a connection that it says stands. */
function renderFetch(example: Example, explain: string): string {
  return example.speaks === "http" ? renderReading(example, explain) : renderTelling(example, explain);
}

function renderTelling({ host, port, timeoutMs }: Example, explain: string): string {
  return String.raw`#define HOST ${quoteC(host)}
#define PORT ${port}
#define TIMEOUT_MS ${timeoutMs}

static void fetch() {
${explain}
  if (!tls.connect(HOST, PORT)) {
    reportTls(tls);
    Serial.println("no connection");
    return;
  }
  Serial.println("verified"); /* speak with tls here */
  tls.stop();
}
`;
}

function renderReading({ url, agent, timeoutMs }: Example, explain: string): string {
  return String.raw`#define URL ${quoteC(url)}
#define AGENT ${quoteC(agent)}
#define TIMEOUT_MS ${timeoutMs}

static uint8_t piece[512];

/* Takes the body piece by piece; true when it came whole. */
static bool readBody(HTTPClient &http, size_t &received) {
  int expected = http.getSize(); /* -1 when the answer does not say */
  auto *stream = http.getStreamPtr();
  unsigned long began = millis();
  while (expected < 0 || received < (size_t) expected) {
    if (millis() - began > TIMEOUT_MS) return false;
    size_t available = stream->available();
    if (available == 0) {
      if (!http.connected()) break;
      delay(1);
      continue;
    }
    size_t wanted = available < sizeof(piece) ? available : sizeof(piece);
    received += stream->readBytes(piece, wanted); /* use piece here */
  }
  return expected < 0 || received == (size_t) expected;
}

static void fetch() {
${explain}
  HTTPClient http;
  http.setUserAgent(AGENT);
  http.setTimeout(TIMEOUT_MS < 65535 ? TIMEOUT_MS : 65535); /* it takes 16 bits */
  http.useHTTP10(true); /* no chunks, so that the body can be read as it comes */
  if (!http.begin(tls, URL)) {
    Serial.println("the URL cannot be read");
    return;
  }
  int code = http.GET();
  if (code < 0) {
    reportTls(tls);
    Serial.printf("no answer: %s\n", HTTPClient::errorToString(code).c_str());
  } else {
    size_t received = 0;
    bool whole = readBody(http, received);
    Serial.printf("HTTP %d, %u bytes%s\n", code, (unsigned) received, whole ? "" : ", cut off");
  }
  http.end();
}
`;
}

function renderEsp32(example: Example): string {
  return String.raw`/* One verified HTTPS request. Arduino core 3.x for ESP32. */
#include <HTTPClient.h>
#include <NetworkClientSecure.h>
#include <WiFi.h>

#include "ca_pem.h"
${clientHeaders(example)}#include "secrets.h"

static void reportTls(NetworkClientSecure &tls) {
  char why[128] = "";
  int code = tls.lastError(why, sizeof(why)); /* -1 is none of mbedTLS's codes */
  if (code == -1) Serial.println("TCP failed, or the handshake took too long");
  else if (code != 0) Serial.printf("TLS failed: %s\n", why);
}

${renderFetch(
  example,
  `  NetworkClientSecure tls;
  tls.setCACert(ca_pem);
${example.identity === undefined ? "" : showToEsp32}  tls.setHandshakeTimeout((TIMEOUT_MS + 999) / 1000);`,
)}
void setup() {
  Serial.begin(115200);
  Serial.println("joining the network");
  WiFi.begin(NETWORK_NAME, NETWORK_PASSWORD);
  while (WiFi.status() != WL_CONNECTED) delay(200);
  fetch();
}

void loop() {}
`;
}

function clientHeaders({ identity }: Example): string {
  return identity === undefined ? "" : `#include "client_key.h"\n#include "client_pem.h"\n`;
}

const showToEsp32 = `  tls.setCertificate(client_pem);
  tls.setPrivateKey(client_key);
`;

/** BearSSL has to be told what the key is and does, and which kind of key signed the certificate. */
function showToEsp8266({ key, issuerKey }: Identity): { readonly define: string; readonly call: string } {
  const kind = { rsa: "BR_KEYTYPE_RSA", ec: "BR_KEYTYPE_EC" } as const;
  return {
    define: `static BearSSL::X509List client_chain(client_pem); /* these two as well */
static BearSSL::PrivateKey client_secret(client_key);
`,
    call:
      key === "rsa"
        ? "\n  tls.setClientRSACert(&client_chain, &client_secret);"
        : `\n  tls.setClientECCert(&client_chain, &client_secret, BR_KEYTYPE_SIGN, ${kind[issuerKey]});`,
  };
}

function renderEsp8266(example: Example): string {
  const { identity } = example;
  const shown = identity === undefined ? { define: "", call: "" } : showToEsp8266(identity);
  return String.raw`/* One verified HTTPS request. Arduino core for ESP8266, BearSSL. */
#include <ESP8266HTTPClient.h>
#include <ESP8266WiFi.h>
#include <WiFiClientSecure.h>
#include <time.h>

#include "ca_pem.h"
${clientHeaders(example)}#include "secrets.h"

static BearSSL::X509List anchors(ca_pem); /* must outlive the client */
${shown.define}
static void reportTls(BearSSL::WiFiClientSecure &tls) {
  char why[128] = "";
  if (tls.getLastSSLError(why, sizeof(why)) != 0) Serial.printf("TLS failed: %s\n", why);
}

/* Dates are checked, so the time has to be known; false when no time server answers. */
static bool setClock() {
  configTime(0, 0, "pool.ntp.org", "time.nist.gov");
  for (int i = 0; i < 150 && time(nullptr) < 1700000000; i++) delay(200);
  return time(nullptr) >= 1700000000;
}

${renderFetch(
  example,
  `  BearSSL::WiFiClientSecure tls;
  tls.setTrustAnchors(&anchors);${shown.call}`,
)}
void setup() {
  Serial.begin(115200);
  Serial.println("joining the network");
  WiFi.begin(NETWORK_NAME, NETWORK_PASSWORD);
  while (WiFi.status() != WL_CONNECTED) delay(200);
  if (setClock()) fetch();
  else Serial.println("no time server answers, and without the time no certificate can be checked");
}

void loop() {}
`;
}
