/** What hints call the settings where an adapter stands between: they are options of the client that it was made of. */
import { HttpsError, libraryNames, renameSettings, type SettingNames } from "../../core/index.ts";

const names: SettingNames = Object.fromEntries(
  Object.entries(libraryNames).map(([id, name]) => [id, name && `${name} of the client`] as const),
);

/** The error, whose hint then speaks of these. */
export function inClientsNames(error: unknown): unknown {
  return error instanceof HttpsError ? renameSettings(error, names) : error;
}
