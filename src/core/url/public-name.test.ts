/** What can be a name of the public DNS. */
import { expect, it } from "vitest";
import { isPublicName } from "./public-name.ts";

it.each([
  ["www.example.com", true],
  ["www.example.com.", true],
  ["intranet.acme.com", true],
  ["xn--bcher-kva.example.net", true],
  ["intranet", false],
  ["localhost", false],
  ["site.localhost", false],
  ["nas.local", false],
  ["wiki.corp", false],
  ["db.prod.internal", false],
  ["printer.home.arpa", false],
  ["WIKI.LAN", false],
  ["site.example.", false],
  ["127.0.0.1", false],
  ["203.0.113.9", false],
  ["::1", false],
  ["::ffff:203.0.113.9", false],
])("%s: %s", (host, isPublic) => {
  expect(isPublicName(host)).toBe(isPublic);
});
