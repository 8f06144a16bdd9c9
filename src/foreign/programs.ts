/** Every program whose errors are known, in the order in which readings are given. */
import { alerts } from "./alerts.ts";
import { bearssl } from "./bearssl.ts";
import { chrome } from "./chrome.ts";
import { curl } from "./curl.ts";
import { esp } from "./esp.ts";
import { firefox } from "./firefox.ts";
import type { ForeignProgram } from "./foreign-program.ts";
import { gnutls } from "./gnutls.ts";
import { go } from "./go.ts";
import { java } from "./java.ts";
import { mbedtlsFlags } from "./mbedtls-flags.ts";
import { mbedtls } from "./mbedtls.ts";
import { node } from "./node.ts";
import { opensslHandshake } from "./openssl-handshake.ts";
import { openssl } from "./openssl.ts";
import { python } from "./python.ts";
import { undici } from "./undici.ts";

export const foreignPrograms: readonly ForeignProgram[] = [
  openssl,
  opensslHandshake,
  alerts,
  node,
  undici,
  curl,
  python,
  java,
  go,
  chrome,
  firefox,
  gnutls,
  mbedtls,
  mbedtlsFlags,
  esp,
  bearssl,
];
