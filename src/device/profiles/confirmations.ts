/** How each profile is known: the days on which libraries were run and sources read. */
import type { Confirmation } from "../profile.ts";

/** The versions that several profiles are held against, as this Debian and `.ci/newer-libraries` have them. */
export const runVersions = { mbedtls: "mbedTLS 3.6.6", openssl: "OpenSSL 3.0.22" } as const;

/** Held against this version of the library by `npm run interop`. */
export function run(version: string): Confirmation {
  return { how: "run", version, on: "2026-11-29" };
}

/** Taken from this version's source, and not run. */
export function read(version: string, on: string): Confirmation {
  return { how: "read", version, on };
}
