/** Sites that answer with a status of consequence, and redirects: RFC 9110 §15, RFC 6585, RFC 6797. */
import { randomBytes } from "node:crypto";
import { answers, fails, healthy, responds, type Definition } from "../../site.ts";
import { always, send } from "./answer.ts";

export const statusSites: readonly Definition[] = [
  {
    name: "basic-authentication",
    title: "A password wanted, in the basic manner",
    wrong: "A request without the credentials lab:lab is answered with 401 and a Basic challenge.",
    ...answers(401),
    ...responds((request, response) => {
      const wanted = `Basic ${Buffer.from("lab:lab").toString("base64")}`;
      if (request.headers.authorization === wanted) send(response, { status: 200, body: "Welcome.\n" });
      else send(response, challenge(401, "www-authenticate", 'Basic realm="lab", charset="UTF-8"'));
    }),
  },
  {
    name: "digest-authentication",
    title: "A password wanted, in the digest manner",
    wrong: "Every request is answered with 401 and a Digest challenge.",
    ...answers(401),
    ...responds((_request, response) => {
      const nonce = randomBytes(16).toString("hex");
      send(
        response,
        challenge(
          401,
          "www-authenticate",
          `Digest realm="lab", qop="auth", algorithm=SHA-256, nonce="${nonce}"`,
        ),
      );
    }),
  },
  {
    name: "proxy-authentication",
    title: "A password wanted for a proxy that was not asked",
    wrong: "The site itself answers 407, which only a proxy should.",
    ...answers(407),
    ...responds(always(challenge(407, "proxy-authenticate", 'Basic realm="proxy"'))),
  },
  {
    name: "upgrade-required",
    title: "Another protocol wanted",
    wrong: "Every request is answered with 426 and the protocol that the site wants.",
    ...answers(426),
    ...responds(
      always({ status: 426, fields: { upgrade: "HTTP/2.0", connection: "Upgrade" }, body: "Use HTTP/2.\n" }),
    ),
  },
  {
    name: "too-many-requests",
    title: "A limit on requests, exceeded",
    wrong: "Every request is answered with 429 and a Retry-After of 30 seconds.",
    ...answers(429),
    ...responds(always({ status: 429, fields: { "retry-after": "30" }, body: "Slower, please.\n" })),
  },
  {
    name: "captive-portal",
    title: "A network that wants a login",
    wrong: "Every request is answered with 511 and a login page, as RFC 6585 asks of captive portals.",
    ...answers(511),
    ...responds(
      always({
        status: 511,
        type: "text/html; charset=utf-8",
        fields: { "cache-control": "no-store" },
        body: '<!doctype html><title>Network login</title><meta http-equiv="refresh" content="0; url=http://login.lab.localhost/">\n',
      }),
    ),
  },
  {
    name: "hsts",
    title: "HTTPS for the next year",
    wrong: "Nothing is wrong: the site asks, by Strict-Transport-Security, never to be called without TLS.",
    ...healthy,
    ...responds(
      always({
        status: 200,
        fields: { "strict-transport-security": "max-age=31536000; includeSubDomains" },
        body: "Hello, for a year.\n",
      }),
    ),
  },
  {
    name: "redirect",
    title: "A redirect that arrives",
    wrong: "Nothing is wrong: / leads to /arrived on the same site.",
    ...healthy,
    ...responds((request, response) => {
      if (request.url === "/arrived") send(response, { status: 200, body: "Arrived.\n" });
      else send(response, { status: 302, fields: { location: "/arrived" }, body: "" });
    }),
  },
  {
    name: "redirect-loop",
    title: "A redirect in a circle",
    wrong: "/ leads to /a, /a to /b, and /b to /a again.",
    ...fails("redirect-loop", "redirect"),
    ...responds((request, response) => {
      send(response, { status: 302, fields: { location: request.url === "/a" ? "/b" : "/a" }, body: "" });
    }),
  },
  {
    name: "too-many-redirects",
    title: "A redirect that never arrives",
    wrong: "/ leads to /1, /1 to /2, and so on without end.",
    ...fails("too-many-redirects", "redirect"),
    ...responds((request, response) => {
      const step = Number(/^\/(\d{1,9})$/.exec(request.url ?? "")?.[1] ?? 0);
      send(response, { status: 302, fields: { location: `/${step + 1}` }, body: "" });
    }),
  },
  {
    name: "redirect-downgrade",
    title: "A redirect out of TLS",
    wrong: "The site leads from https: to http:, where anybody can read along.",
    ...fails("redirect-downgrade", "redirect"),
    ...responds((request, response) => {
      const host = (request.headers.host ?? "").replace(/:\d+$/, "");
      send(response, { status: 301, fields: { location: `http://${host}/` }, body: "" });
    }),
  },
  {
    name: "redirect-invalid",
    title: "A redirect to nowhere",
    wrong: "The Location field holds something that is not a URL.",
    ...fails("redirect-invalid", "redirect"),
    ...responds(always({ status: 302, fields: { location: "https://[" }, body: "" })),
  },
  {
    name: "mixed-content",
    title: "A page that fetches without TLS",
    wrong:
      "TLS is healthy; the page loads an image and a script over http:, which browsers block or warn of.",
    ...healthy,
    ...responds(
      always({
        status: 200,
        type: "text/html; charset=utf-8",
        body: '<!doctype html><title>Mixed</title><img src="http://mixed.lab.localhost/i.png" alt=""><script src="http://mixed.lab.localhost/s.js"></script>\n',
      }),
    ),
  },
];

function challenge(status: number, field: string, value: string): Parameters<typeof send>[1] {
  return { status, fields: { [field]: value }, body: "Who are you?\n" };
}
