/**
 * Sites that refuse a request for what its head says, or does not say. TLS had succeeded each time: no
 * certificate is the reason, and none would help.
 */
import type { IncomingMessage } from "node:http";
import { answers, healthy, responds, type Definition } from "../../site.ts";
import { send } from "./answer.ts";
import { refuseLikeAkamai } from "./block-pages.ts";

export const refusalSites: readonly Definition[] = [
  refusing({
    name: "weather",
    title: "A weather service that wants a User-Agent",
    wrong: "TLS is healthy. A request without a User-Agent field is answered with 403, Access Denied.",
    entry: healthy,
    isRefused: ({ headers }) => headers["user-agent"] === undefined,
  }),
  refusing({
    name: "user-agent-misspelt",
    title: "A User-Agent that is spelt wrong",
    wrong: "A request without a User-Agent field, or with one called UserAgent, is answered with 403.",
    entry: healthy,
    isRefused: ({ headers }) => headers["user-agent"] === undefined || headers["useragent"] !== undefined,
  }),
  refusing({
    name: "user-agent-contact",
    title: "A User-Agent that has to name somebody",
    wrong:
      "A request is refused with 403 unless its User-Agent holds an address to write to (an @ or a URL).",
    entry: answers(403),
    isRefused: ({ headers }) => !/@|https?:\/\//.test(headers["user-agent"] ?? ""),
  }),
  refusing({
    name: "user-agent-browser",
    title: "A User-Agent that has to look like a browser's",
    wrong: "A request is refused with 403 unless its User-Agent begins with Mozilla/5.0.",
    entry: answers(403),
    isRefused: ({ headers }) => !(headers["user-agent"] ?? "").startsWith("Mozilla/5.0"),
  }),
  refusing({
    name: "header-order",
    title: "An order of fields that is not a browser's",
    wrong: "A request is refused with 403 when its Accept field comes after its User-Agent.",
    entry: answers(403),
    isRefused: (request) => {
      const names = fieldNames(request);
      return names.includes("user-agent") && names.indexOf("accept") > names.indexOf("user-agent");
    },
  }),
  refusing({
    name: "header-conjunction",
    title: "Three things, harmless one by one",
    wrong: "A request is refused with 403 when it says Mozilla, takes */*, and says so in that order.",
    entry: healthy,
    isRefused: (request) => {
      const names = fieldNames(request);
      const { "user-agent": agent = "", accept } = request.headers;
      return (
        agent.startsWith("Mozilla") &&
        accept === "*/*" &&
        names.indexOf("accept") > names.indexOf("user-agent")
      );
    },
  }),
  refusing({
    name: "accept-wildcard",
    title: "An Accept field that takes everything",
    wrong: "A request is refused with 403 unless it accepts text/html or application/json by name.",
    entry: answers(403),
    isRefused: ({ headers }) => !/text\/html|application\/json/.test(headers.accept ?? ""),
  }),
  refusing({
    name: "accept-language-missing",
    title: "A request without a language",
    wrong: "A request without an Accept-Language field is answered with 403.",
    entry: answers(403),
    isRefused: ({ headers }) => headers["accept-language"] === undefined,
  }),
  refusing({
    name: "accept-encoding-missing",
    title: "A request that takes no compression",
    wrong: "A request whose Accept-Encoding does not name gzip is answered with 403.",
    entry: healthy,
    isRefused: ({ headers }) => !/\bgzip\b/.test(headers["accept-encoding"] ?? ""),
  }),
  {
    name: "host-with-port",
    title: "A Host field with a port in it",
    wrong:
      "A request whose Host field carries a port, as it must on a port other than 443, is answered with 400.",
    ...answers(400),
    ...responds((request, response) => {
      if (/:\d+$/.test(request.headers.host ?? "")) send(response, { status: 400, body: "No such host.\n" });
      else send(response, { status: 200, body: "Hello.\n" });
    }),
  },
  {
    name: "refused-every-second-time",
    title: "A refusal that depends on nothing in the request",
    wrong: "Every other request, from the first on, is answered with 503, whatever it says.",
    ...answers(503),
    ...responds((_request, response, { count }) => {
      if (count % 2 === 1) send(response, { status: 503, body: "Try again.\n" });
      else send(response, { status: 200, body: "Hello.\n" });
    }),
  },
];

interface Refusing extends Pick<Definition, "name" | "title" | "wrong"> {
  readonly entry: Pick<Definition, "expected" | "caughtBy">;
  readonly isRefused: (request: IncomingMessage) => boolean;
}

function refusing({ entry, isRefused, ...site }: Refusing): Definition {
  return {
    ...site,
    ...entry,
    ...responds((request, response) => {
      if (isRefused(request)) refuseLikeAkamai(request, response);
      else send(response, { status: 200, type: "application/json", body: weather });
    }),
  };
}

/** The names of the fields in the order they came, in lower case. */
function fieldNames({ rawHeaders }: IncomingMessage): readonly string[] {
  return rawHeaders.filter((_, index) => index % 2 === 0).map((name) => name.toLowerCase());
}

const weather = `${JSON.stringify(
  {
    station: "LAB1",
    textDescription: "Clear",
    temperature: { unitCode: "wmoUnit:degC", value: 21 },
    windSpeed: { unitCode: "wmoUnit:km_h-1", value: 7 },
  },
  null,
  2,
)}\n`;
