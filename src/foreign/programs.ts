/** Every program whose errors are known, in the order in which readings are given. */
import type { ForeignProgram } from "./foreign-program.ts";
import { alerts } from "./tables/alerts.ts";
import { apple } from "./tables/apple.ts";
import { arduino } from "./tables/arduino.ts";
import { bearssl } from "./tables/bearssl.ts";
import { chrome } from "./tables/chrome.ts";
import { curl } from "./tables/curl.ts";
import { dart } from "./tables/dart.ts";
import { dotnet } from "./tables/dotnet.ts";
import { esp } from "./tables/esp.ts";
import { firefox } from "./tables/firefox.ts";
import { gnutls } from "./tables/gnutls.ts";
import { go } from "./tables/go.ts";
import { java } from "./tables/java.ts";
import { mbedtlsFlags } from "./tables/mbedtls-flags.ts";
import { mbedtls } from "./tables/mbedtls.ts";
import { micropython } from "./tables/micropython.ts";
import { nginx } from "./tables/nginx.ts";
import { node } from "./tables/node.ts";
import { opensslHandshake } from "./tables/openssl-handshake.ts";
import { openssl } from "./tables/openssl.ts";
import { php } from "./tables/php.ts";
import { postgresql } from "./tables/postgresql.ts";
import { pubsubclient } from "./tables/pubsubclient.ts";
import { python } from "./tables/python.ts";
import { rust } from "./tables/rust.ts";
import { undici } from "./tables/undici.ts";
import { wget } from "./tables/wget.ts";
import { windows } from "./tables/windows.ts";
import { winhttp } from "./tables/winhttp.ts";
import { wolfssl } from "./tables/wolfssl.ts";

export const foreignPrograms: readonly ForeignProgram[] = [
  openssl,
  opensslHandshake,
  alerts,
  node,
  undici,
  curl,
  wget,
  python,
  php,
  java,
  go,
  rust,
  dart,
  dotnet,
  windows,
  winhttp,
  apple,
  chrome,
  firefox,
  gnutls,
  nginx,
  postgresql,
  mbedtls,
  mbedtlsFlags,
  esp,
  arduino,
  pubsubclient,
  micropython,
  bearssl,
  wolfssl,
];

const opensslNumbers: ReadonlyMap<string, number> = new Map(
  openssl.errors.flatMap(({ names: [name = ""], number }) =>
    number === undefined ? [] : [[name, number] as const],
  ),
);

/** OpenSSL's number for the name of a result, without `X509_V_ERR_`. */
export function opensslNumber(name: string): number | undefined {
  return opensslNumbers.get(name);
}
