/** Sites whose TLS is healthy, and whose answer is the thing to look at. */
import type { ServerResponse } from "node:http";
import type { Definition } from "../site.ts";

export const httpSites: readonly Definition[] = [
  {
    name: "weather",
    title: "A weather service that wants a User-Agent",
    wrong: "TLS is healthy. Any request without a User-Agent field is answered with 403, Access Denied.",
    expected: { code: null, status: 200 },
    respond: (request, response) => {
      if (request.headers["user-agent"] === undefined) refuseLikeAkamai(response, request.headers.host ?? "");
      else sendJson(response, weather);
    },
  },
];

const weather = {
  station: "LAB1",
  textDescription: "Clear",
  temperature: { unitCode: "wmoUnit:degC", value: 21 },
  windSpeed: { unitCode: "wmoUnit:km_h-1", value: 7 },
};

function sendJson(response: ServerResponse, value: unknown): void {
  const body = `${JSON.stringify(value, null, 2)}\n`;
  response.writeHead(200, { "content-type": "application/json", "content-length": Buffer.byteLength(body) });
  response.end(body);
}

/** A refusal with the features of Akamai's: 403, the words, and a reference that begins with 18. */
function refuseLikeAkamai(response: ServerResponse, host: string): void {
  const reference = "18.5c3e1502.1700000000.1a2b3c4d";
  const body = `<HTML><HEAD>
<TITLE>Access Denied</TITLE>
</HEAD><BODY>
<H1>Access Denied</H1>

You don't have permission to access "https&#58;&#47;&#47;${escapeHtml(host)}&#47;" on this server.<P>
Reference&#32;&#35;${reference.replaceAll(".", "&#46;")}
</BODY>
</HTML>
`;
  response.writeHead(403, {
    server: "AkamaiGHost",
    "mime-version": "1.0",
    "content-type": "text/html",
    "content-length": Buffer.byteLength(body),
  });
  response.end(body);
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
}
