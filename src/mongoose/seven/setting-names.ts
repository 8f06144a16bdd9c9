/** What the settings that hints name are called here: fields of `mg_tls_opts`. */
import { renameSettings, type HttpsError, type SettingId } from "../../core/index.ts";
import type { mg_tls_opts } from "./tls.ts";

const names = {
  root: "ca",
  certificate: "cert",
  key: "key",
} satisfies Readonly<Partial<Record<SettingId, keyof mg_tls_opts>>>;

/** The error, whose hint then speaks of these. */
export function inOurNames(error: HttpsError): HttpsError {
  return renameSettings(error, names);
}
