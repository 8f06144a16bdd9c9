/** The names of sites in a lock from before what begins in plain was told apart: those have the host and port alone. */
import { parseEndpoint } from "../../core/index.ts";
import { placeOf } from "../devices/meet/sites.ts";

/** `mail.example:25 (RSA)` as it is named today, `mail.example:25 (SMTP) (RSA)`, by the URLs that led there. */
export function nameToday(name: string, urls: readonly string[]): string {
  for (const url of urls) {
    const reading = parseEndpoint(url);
    if (!reading.ok || reading.endpoint.startTls === undefined) continue;
    const { authority } = reading.endpoint;
    const place = placeOf(reading.endpoint);
    const rest = name.slice(authority.length);
    const isItsName = name.startsWith(authority) && (rest === "" || rest.startsWith(" "));
    if (isItsName && !name.startsWith(place)) return `${place}${rest}`;
  }
  return name;
}
