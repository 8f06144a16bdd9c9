/** No report shows a credential: what is masked, and how much of it is left to tell one from another. */
import { expect, it } from "vitest";
import { maskField, maskHead } from "./masked-fields.ts";

it.each([
  ["Authorization", "Basic dXNlcjpwYXNz", "Basic ***"],
  ["authorization", "Bearer abc.def", "Bearer ***"],
  ["Authorization", "dXNlcjpwYXNz", "***"],
  ["Proxy-Authorization", "Basic dXNlcjpwYXNz", "Basic ***"],
  ["Cookie", "id=31d4d96e; theme=dark", "id=***"],
  ["Set-Cookie", "id=31d4d96e; Path=/; HttpOnly", "id=***"],
  ["Cookie", "31d4d96e", "***"],
  ["X-Api-Key", "c2VjcmV0==", "***"],
  ["X-Vault-Token", "hvs.abc", "***"],
  ["Accept", "text/html", "text/html"],
  ["Location", "https://me:hunter2@a.example/b?c", "https://***@a.example/b?c"],
  ["Content-Location", "//me@a.example/", "//***@a.example/"],
  ["Referer", "https://me:hunter2@a.example/b", "https://***@a.example/b"],
  ["Referer", "https://a.example/@me", "https://a.example/@me"],
  ["Accept", "https://me@a.example/", "https://me@a.example/"],
])("%s: %s is shown as %s", (name, value, shown) => {
  expect(maskField(name, value)).toBe(shown);
});

it.each([
  "api-key",
  "apikey",
  "Ocp-Apim-Subscription-Key",
  "Private-Token",
  "X-Access-Token",
  "X-Amz-Security-Token",
  "X-Api-Key",
  "X-Auth-Token",
  "X-Goog-Api-Key",
  "X-Vault-Token",
])("%s, in which a well-known service takes a key, is masked whole", (name) => {
  expect(maskField(name, "Bearer=31d4d96e")).toBe("***");
});

it("a field that the caller names as secret is masked too, whatever its case", () => {
  expect(maskField("X-Other", "31d4d96e==", ["x-other"])).toBe("***");
  expect(maskField("Referer", "https://a.example/", ["referer"])).toBe("***");
});

it("a head is shown line by line, with its credentials masked", () => {
  const head = "GET /a HTTP/1.1\r\nHost: a.example\r\nauthorization: Bearer abc\r\nX-Key: k\r\n\r\n";
  expect(maskHead(head, ["X-Key"])).toEqual([
    "GET /a HTTP/1.1",
    "Host: a.example",
    "authorization: Bearer ***",
    "X-Key: ***",
  ]);
});
