/** Arduino sketches: ESP32 (core 3.x) and ESP8266 (BearSSL). */
import { formats } from "../../bundle/index.ts";
import { type Example, type ExampleFile, placeFiles, quoteC } from "./example.ts";
import { renderReadme } from "./readme.ts";

export function buildArduino(example: Example): readonly ExampleFile[] {
  const isEsp8266 = example.profile.name === "arduino-esp8266";
  return [
    { path: "fetch/fetch.ino", content: isEsp8266 ? renderEsp8266(example) : renderEsp32(example) },
    { path: "fetch/network.h", content: networkFile },
    ...placeFiles(formats["c-pem"].write(example.anchors).files, (path) => `fetch/${path}`),
    {
      path: "README.md",
      content: renderReadme(example, {
        run: "Write your network into `fetch/network.h`, then upload `fetch/fetch.ino` with the Arduino IDE or `arduino-cli`.",
        settings: isEsp8266
          ? [
              'The clock is set by SNTP first: before that every certificate is "not valid yet".',
              "`anchors` is static: the client keeps a pointer to it.",
              "Never `setInsecure()`: it verifies nobody.",
            ]
          : [
              "`ca_pem` is static: the client keeps a pointer to it.",
              "Never `setInsecure()`: it verifies nobody.",
            ],
      }),
    },
  ];
}

const networkFile = `#ifndef NETWORK_H
#define NETWORK_H

#define NETWORK_NAME "your network"
#define NETWORK_PASSWORD "its password"

#endif
`;

/** Reading the body and reporting, the same for both cores. */
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
  http.setTimeout(TIMEOUT_MS);
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
#include "network.h"

static void reportTls(NetworkClientSecure &tls) {
  char why[128] = "";
  if (tls.lastError(why, sizeof(why)) != 0) Serial.printf("TLS failed: %s\n", why);
}

${renderReading(
  example,
  `  NetworkClientSecure tls;
  tls.setCACert(ca_pem);`,
)}
void setup() {
  Serial.begin(115200);
  WiFi.begin(NETWORK_NAME, NETWORK_PASSWORD);
  while (WiFi.status() != WL_CONNECTED) delay(200);
  fetch();
}

void loop() {}
`;
}

function renderEsp8266(example: Example): string {
  return String.raw`/* One verified HTTPS request. Arduino core for ESP8266, BearSSL. */
#include <ESP8266HTTPClient.h>
#include <ESP8266WiFi.h>
#include <WiFiClientSecure.h>
#include <time.h>

#include "ca_pem.h"
#include "network.h"

static BearSSL::X509List anchors(ca_pem); /* must outlive the client */

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

${renderReading(
  example,
  `  BearSSL::WiFiClientSecure tls;
  tls.setTrustAnchors(&anchors);`,
)}
void setup() {
  Serial.begin(115200);
  WiFi.begin(NETWORK_NAME, NETWORK_PASSWORD);
  while (WiFi.status() != WL_CONNECTED) delay(200);
  if (setClock()) fetch();
  else Serial.println("no time server answers, and without the time no certificate can be checked");
}

void loop() {}
`;
}
