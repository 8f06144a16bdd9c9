/** What cannot be had of the TLS of every runtime: asked for, it is refused; where it is only the default, the report tells. */
import { HttpsError, shownWord, type Own } from "../core/index.ts";
import { runtimeHere, type Runtime } from "../runtime/index.ts";
import type { TrustOptions } from "./trust-options.ts";

/** @throws HttpsError `option-invalid` */
export function checkAbilities({ revocation, ciphers }: Own<TrustOptions>, runtime: Runtime): void {
  const { name, library } = runtime;
  if (revocation === "stapled" && !runtime.shows.staple)
    throw new HttpsError("option-invalid", {
      option: "revocation",
      value: '"stapled"',
      expected: `"off" on ${name}, which does not show the OCSP response that a server staples`,
      instead:
        "Leave it out: each report then says that revocation was not checked. Or give CRLs, or run the program on Node.",
    });
  const value = JSON.stringify(shownWord(ciphers ?? ""));
  if (ciphers !== undefined && runtime.ciphers === "none")
    throw new HttpsError("option-invalid", {
      option: "ciphers",
      value,
      expected: `nothing on ${name}, where ${library} offers its own list whatever is given`,
      instead: "Leave it out, or run the program on Node.",
    });
  if (ciphers !== undefined && runtime.ciphers === "below TLS 1.3" && /\bTLS_/.test(ciphers))
    throw new HttpsError("option-invalid", {
      option: "ciphers",
      value,
      expected: `no suites of TLS 1.3 on ${name}, where ${library} offers all of its own whatever is given`,
      instead:
        'Name only suites of TLS 1.2, with maxVersion: "TLSv1.2" if no others are to be used; or run the program on Node.',
    });
}

/** Whether a server can be asked what it shows to another client's hello. @throws HttpsError `runtime-unfit` */
export function checkOffering({ name, library, offersForOthers }: Runtime = runtimeHere): void {
  if (offersForOthers) return;
  const reason = `${library} offers its own suites and groups, so that no server can be asked what it shows another client.`;
  throw new HttpsError("runtime-unfit", { runtime: name, reason });
}
