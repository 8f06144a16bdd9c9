/** What is told of a redirect that leads nowhere: never a password. */
import { expect, it } from "vitest";
import { HttpsError } from "../core/index.ts";
import { fieldsFrom } from "../http1/index.ts";
import { readRedirect, type WhyTarget } from "./target.ts";

const from: WhyTarget = {
  href: "https://host/",
  scheme: "https",
  host: "host",
  port: 443,
  authority: "host",
  origin: "https://host",
  path: "/",
};

it.each([
  [["https://user:SECRET@other/"], "https://***@other/"],
  [["//user:SECRET@other/"], "//***@other/"],
  [["https://user:SEC/SECRET@other/"], "https://***@other/"],
  [["ftp://user:SECRET@other/"], "ftp://***@other/"],
  [["https://user:SECRET@other/", "/elsewhere"], "https://***@other/, /elsewhere"],
])("the Location %j is told as %j", (locations, shown) => {
  const fields = fieldsFrom(locations.map((location) => ["Location", location]));
  const head = { version: "1.1", status: 302, reason: "", fields, ignoredLines: 0 } as const;
  let error: unknown;
  try {
    readRedirect(from, head);
  } catch (thrown) {
    error = thrown;
  }
  if (!(error instanceof HttpsError)) throw new Error("it was not refused", { cause: error });
  expect(error).toMatchObject({ code: "redirect-invalid", detail: { location: shown } });
  expect(error.message + error.hint + String(error.cause)).not.toContain("SECRET");
});
