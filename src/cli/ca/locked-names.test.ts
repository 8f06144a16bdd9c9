/** Names in older locks: a site that begins in plain has the name that it is visited under today, and no other is changed. */
import { expect, it } from "vitest";
import { nameToday } from "./locked-names.ts";

const mail = "smtp://mail.example:25";
it.each<readonly [name: string, urls: readonly string[], today: string]>([
  ["mail.example:25", [mail], "mail.example:25 (SMTP)"],
  ["mail.example:25 (RSA)", [mail], "mail.example:25 (SMTP) (RSA)"],
  ["mail.example:25 at 192.0.2.7", [mail], "mail.example:25 (SMTP) at 192.0.2.7"],
  ["mail.example:25 (SMTP)", [mail], "mail.example:25 (SMTP)"],
  ["mail.example:25 (SMTP) (RSA)", [mail], "mail.example:25 (SMTP) (RSA)"],
  ["mail.example:2525", [mail], "mail.example:2525"],
  ["mail.example:465", ["smtps://mail.example"], "mail.example:465"],
  ["a.example", ["https://a.example/"], "a.example"],
  ["mail.example:25", ["tls://mail.example:25", mail], "mail.example:25 (SMTP)"],
])("%s, of %j, is %s", (name, urls, today) => {
  expect(nameToday(name, urls)).toBe(today);
});
