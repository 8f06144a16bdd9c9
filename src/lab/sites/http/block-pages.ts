/** Refusals with the features of those that well-known fronts send; the words are theirs, the numbers made up. */
import type { IncomingMessage, ServerResponse } from "node:http";
import { answers, responds, type Definition } from "../../site.ts";
import { escapeHtml } from "../../../html/index.ts";
import { send } from "./answer.ts";

export const blockPageSites: readonly Definition[] = [
  {
    name: "blocked-like-akamai",
    title: "A refusal like Akamai's",
    wrong: "Every request is answered with 403 and a page that says Access Denied and Reference #18.",
    ...answers(403),
    ...responds(refuseLikeAkamai),
  },
  {
    name: "blocked-like-cloudflare",
    title: "A refusal like Cloudflare's",
    wrong: "Every request is answered with 403 and a cf-ray field, in the format that Accept asks for.",
    ...answers(403),
    ...responds(refuseLikeCloudflare),
  },
  {
    name: "blocked-like-cloudfront",
    title: "A refusal like CloudFront's",
    wrong: "Every request is answered with 403, x-amz-cf-id, and a page that says Request blocked.",
    ...answers(403),
    ...responds((_request, response) => {
      send(response, {
        status: 403,
        type: "text/html",
        fields: {
          server: "CloudFront",
          "x-cache": "Error from cloudfront",
          via: "1.1 0123456789abcdef.cloudfront.net (CloudFront)",
          "x-amz-cf-pop": "LAB50-C1",
          "x-amz-cf-id": "bGFiLWxhYi1sYWItbGFiLWxhYi1sYWItbGFiLWxhYg==",
        },
        body: page(
          "ERROR: The request could not be satisfied",
          "<H1>403 ERROR</H1>\n<H2>The request could not be satisfied.</H2>\nRequest blocked.",
        ),
      });
    }),
  },
  {
    name: "blocked-like-imperva",
    title: "A refusal like Imperva's",
    wrong: "Every request is answered with 403, x-iinfo, and a page with an Incapsula incident ID.",
    ...answers(403),
    ...responds((_request, response) => {
      send(response, {
        status: 403,
        type: "text/html",
        fields: {
          "x-iinfo": "1-11111111-0 0NNN RT(1700000000000 0) q(0 -1 -1 0) r(0 -1) B10(4,200,0) U18",
          "x-cdn": "Imperva",
        },
        body: page(
          "Request unsuccessful",
          "Request unsuccessful. Incapsula incident ID: 100000000000000000-10000000000000000",
        ),
      });
    }),
  },
];

/** 403, the words, and a reference that begins with 18. */
export function refuseLikeAkamai(request: IncomingMessage, response: ServerResponse): void {
  const url = `https://${request.headers.host ?? ""}${request.url ?? "/"}`;
  const words = `You don't have permission to access "${escapeHtml(url)}" on this server.<P>`;
  send(response, {
    status: 403,
    type: "text/html",
    fields: { server: "AkamaiGHost", "mime-version": "1.0" },
    body: page(
      "Access Denied",
      `<H1>Access Denied</H1>\n${words}\nReference #18.5c3e1502.1700000000.1a2b3c4d`,
    ),
  });
}

/** 403, cf-ray, and a body in the format that Accept prefers. */
function refuseLikeCloudflare({ headers }: IncomingMessage, response: ServerResponse): void {
  const fields = {
    server: "cloudflare",
    "cf-ray": "1111111111111111-LAB",
    "cache-control": "private, max-age=0",
  };
  const accept = headers.accept ?? "";
  if (accept.includes("application/json")) {
    const body = `${JSON.stringify({ success: false, errors: [{ code: 1020, message: "Access denied" }] })}\n`;
    send(response, { status: 403, type: "application/json", fields, body });
  } else if (accept.includes("text/html") || accept.includes("*/*")) {
    const words =
      "<h1>Sorry, you have been blocked</h1>\n<p>Cloudflare Ray ID: <strong>1111111111111111</strong></p>";
    send(response, {
      status: 403,
      type: "text/html; charset=UTF-8",
      fields,
      body: page("Attention Required! | Cloudflare", words),
    });
  } else send(response, { status: 403, fields, body: "error code: 1020\n" });
}

function page(title: string, body: string): string {
  return `<HTML><HEAD>\n<TITLE>${title}</TITLE>\n</HEAD><BODY>\n${body}\n</BODY></HTML>\n`;
}
