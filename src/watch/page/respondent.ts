/** One request, from its first line to its answer: who asks, for what, and as what. Every way out is one answer. */
import { messageOf } from "../../core/index.ts";
import type { IncomingMessage, ServerResponse } from "node:http";
import { html, type Markup } from "../../html/index.ts";
import { metricsLimits } from "../metrics/limits.ts";
import { writeMetrics } from "../metrics/scrape.ts";
import { type Answer, headFor, htmlType, jsonType, plainType, writeAnswer } from "./answer.ts";
import { preferred } from "./accept.ts";
import { assets } from "./assets.ts";
import { type Admission, admitAsker, isKnownHost, isSameSecret } from "./doors/access.ts";
import { Guesses } from "./doors/guesses.ts";
import { closedSession, openSession } from "./doors/session.ts";
import { isFromElsewhere, isOwnForm, ownPath, readSignIn, renderSignIn } from "./doors/sign-in.ts";
import { renderFrame } from "./frame.ts";
import { alive, readReadiness } from "./health.ts";
import type { LiveStreams } from "./live.ts";
import { pageLimits } from "./limits.ts";
import type { PageOptions } from "./page-options.ts";
import { QueryError, readQuery } from "./query.ts";
import { tellPage } from "./routes.ts";
import { renderTwin } from "./view.ts";
import { TooLate, withinMs } from "./within.ts";

/** What is asked for, once the address was read. */
interface Asked {
  readonly path: string;
  readonly query: URLSearchParams;
  /** Path and query, to come back to. */
  readonly target: string;
  readonly isJson: boolean;
  readonly who: string | undefined;
}

export class Respondent {
  readonly #options: PageOptions;
  readonly #live: LiveStreams | undefined;
  readonly #guesses = new Guesses();
  #scrapes = 0;

  constructor(options: PageOptions, live: LiveStreams | undefined) {
    this.#options = options;
    this.#live = live;
  }

  /** Never rejects: what fails within is answered with 500 or 503, and written to the log. */
  async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const asked = readAddress(request);
    try {
      const answer = asked === undefined ? tooLong : await this.#decide(request, response, asked);
      if (answer !== undefined) writeAnswer(response, answer);
    } catch (error) {
      this.#fail(response, asked, error);
    }
  }

  /** `undefined`: it was answered already. */
  async #decide(
    request: IncomingMessage,
    response: ServerResponse,
    asked: Asked,
  ): Promise<Answer | undefined> {
    const { path } = asked;
    const { access, hosts = [], now } = this.#options;
    if (request.method === "POST") return this.#takeForm(request, asked);
    if (request.method !== "GET" && request.method !== "HEAD") return notAllowed("GET, HEAD");
    if (path === "/healthz") return alive;
    if (path === "/readyz") return readReadiness(this.#options.store, this.#options.figures?.());
    const asset = assets.get(path);
    if (asset !== undefined) return asset;
    const isGuess = access.kind === "token" && request.headers.authorization !== undefined;
    const waitMs = isGuess ? this.#guesses.waitMs(request, now()) : 0;
    if (waitMs > 0) return tooOften(waitMs);
    const admission = admitAsker(request, { access, hosts, now: now() });
    if (!admission.ok) {
      if (isGuess) this.#guesses.countWrong(request, now());
      return this.#turnAway(request, asked, admission.reason);
    }
    if (path === "/events") return this.#stream(request, response);
    if (path === "/metrics") return this.#scrape(request, response);
    return this.#tell({ ...asked, who: admission.who });
  }

  async #tell(asked: Asked): Promise<Answer> {
    const { path, query, isJson } = asked;
    const now = this.#options.now();
    try {
      const asking = { store: this.#options.store, query: readQuery(query), now };
      const told = await withinMs(pageLimits.storeMs.value, tellPage(path, asking));
      if (told === undefined) return this.#say(asked, 404, "There is no such page.", notThere(path));
      if (isJson) return json(200, renderTwin(told.page, now, told.view));
      return this.#frame(asked, { status: 200, title: told.title, body: told.render(), hasTwin: true });
    } catch (error) {
      if (error instanceof QueryError) return this.#say(asked, 400, error.message);
      throw error;
    }
  }

  #frame(
    { path, target, who }: Asked,
    page: {
      readonly status: number;
      readonly title: string;
      readonly body: Markup;
      readonly hasTwin: boolean;
    },
  ): Answer {
    const { access, now } = this.#options;
    const isInside = page.status !== 401;
    const body = renderFrame({
      title: page.title,
      path: isInside ? path : "/sign-in",
      twin: page.hasTwin ? target : undefined,
      body: page.body,
      now: now(),
      who,
      canSignOut: access.kind === "token" && isInside,
      isLive: this.#live !== undefined && page.hasTwin,
    });
    return { status: page.status, type: htmlType, body, fields: { Vary: "Accept" } };
  }

  /** An answer that is not a page of the watch: one sentence, and what to do. */
  #say(asked: Asked, status: number, sentence: string, advice: Markup = html``): Answer {
    if (asked.isJson) return json(status, renderTwin("error", this.#options.now(), { status, sentence }));
    const body = html`<h1>${sentence}</h1>
      <p>${advice}</p>`;
    return this.#frame(asked, { status, title: sentence, body, hasTwin: false });
  }

  #turnAway(
    request: IncomingMessage,
    asked: Asked,
    reason: Extract<Admission, { ok: false }>["reason"],
  ): Answer {
    switch (reason) {
      case "host":
        return {
          status: 421,
          type: plainType,
          body: "This page is not known by that name: ask for it by its address.\n",
        };
      case "proxy":
        return { status: 403, type: plainType, body: "The proxy in front did not say who asks.\n" };
      case "token": {
        const fields = { "WWW-Authenticate": 'Bearer realm="meerkat watch"', Vary: "Accept, Cookie" };
        if (asked.isJson || asked.path === "/metrics" || asked.path === "/events") {
          const sentence = "A token is needed: Authorization: Bearer TOKEN.";
          return {
            ...json(401, renderTwin("error", this.#options.now(), { status: 401, sentence })),
            fields,
          };
        }
        if (isFromElsewhere(request)) return { ...again, fields };
        return { ...this.#askIn(asked.path === "/sign-in" ? "/" : asked.target, false), fields };
      }
    }
  }

  #askIn(next: string, wasWrong: boolean): Answer {
    const asked = {
      path: "/sign-in",
      query: new URLSearchParams(),
      target: "/",
      isJson: false,
      who: undefined,
    };
    const body = renderSignIn({ next: ownPath(next), wasWrong });
    return this.#frame(asked, { status: 401, title: "Sign in", body, hasTwin: false });
  }

  async #takeForm(request: IncomingMessage, { path }: Asked): Promise<Answer> {
    const { access, hosts = [], now, log } = this.#options;
    const isForm = path === "/sign-in" || path === "/sign-out";
    if (!isForm || access.kind !== "token") return notAllowed("GET, HEAD");
    if (!isOwnForm(request)) {
      return { status: 403, type: plainType, body: "This form is not one of this page.\n", fields: closing };
    }
    if (path === "/sign-out") return seeOther("/", closedSession);
    const early = this.#guesses.waitMs(request, now());
    if (early > 0) return tooOften(early);
    const form = await readSignIn(request);
    if (form === undefined) {
      return { status: 413, type: plainType, body: "This form is too long.\n", fields: closing };
    }
    // Others of the same guesser may have been wrong while this one was read.
    const waitMs = this.#guesses.waitMs(request, now());
    if (waitMs > 0) return tooOften(waitMs);
    if (isSameSecret(form.token, access.token)) return seeOther(form.next, openSession(access.token, now()));
    this.#guesses.countWrong(request, now());
    log({
      level: "warning",
      event: "sign-in-refused",
      sentence: `Somebody at ${request.socket.remoteAddress ?? "an unknown address"} gave a wrong token${isKnownHost(request, hosts) ? "" : ", by another name"}.`,
    });
    return this.#askIn(form.next, true);
  }

  #stream(request: IncomingMessage, response: ServerResponse): Answer | undefined {
    if (this.#live === undefined || request.method === "HEAD") return nothing;
    return this.#live.open(response) ? undefined : { ...full, body: "Too many pages are open.\n" };
  }

  async #scrape(request: IncomingMessage, response: ServerResponse): Promise<Answer | undefined> {
    if (this.#scrapes >= metricsLimits.scrapes.value) {
      return { ...full, body: "Metrics are being read already.\n" };
    }
    const { store, figures, now } = this.#options;
    const openMetrics = "application/openmetrics-text";
    const format =
      preferred(request.headers.accept, ["text/plain", openMetrics]) === openMetrics
        ? "openmetrics"
        : "prometheus";
    this.#scrapes += 1;
    try {
      await writeMetrics(response, { store, figures: figures?.(), now: now(), format, headFor });
    } finally {
      this.#scrapes -= 1;
    }
    return undefined;
  }

  #fail(response: ServerResponse, asked: Asked | undefined, error: unknown): void {
    const isLate = error instanceof TooLate;
    this.#options.log({
      level: "error",
      event: "page-failed",
      sentence: `A request could not be answered: ${messageOf(error)}`,
      facts: { page: asked === undefined ? "" : kindOf(asked.path) },
    });
    if (response.headersSent) {
      response.destroy();
      return;
    }
    const sentence = isLate ? "The store does not answer." : "This page could not be made.";
    const place = asked ?? {
      path: "/",
      query: new URLSearchParams(),
      target: "/",
      isJson: false,
      who: undefined,
    };
    const advice = html`The log of the watch says why. Ask again in a minute.`;
    writeAnswer(response, this.#say(place, isLate ? 503 : 500, sentence, advice));
  }
}

/** `undefined`: it is longer than any of ours, or not an address at all. */
function readAddress({ url = "", headers: { accept } }: IncomingMessage): Asked | undefined {
  if (url.length > pageLimits.urlLength.value || !url.startsWith("/")) return undefined;
  const cut = url.indexOf("?");
  const path = cut === -1 ? url : url.slice(0, cut);
  const query = new URLSearchParams(cut === -1 ? "" : url.slice(cut + 1));
  const format = query.get("format");
  query.delete("format");
  const rest = query.toString();
  const isJson =
    format === null
      ? preferred(accept, ["text/html", "application/json"]) === "application/json"
      : format === "json";
  return { path, query, target: rest === "" ? path : `${path}?${rest}`, isJson, who: undefined };
}

/** For the log: an id could tell what is watched, and stands in the address alone. */
function kindOf(path: string): string {
  return /^\/\w*/.exec(path)?.[0] ?? "/";
}

function notThere(path: string): Markup {
  if (path.startsWith("/endpoints/")) {
    return html`The endpoint may have left the list. <a href="/endpoints">All endpoints</a>`;
  }
  if (path.startsWith("/bundles/")) {
    return html`The bundle may have been replaced by a newer file. <a href="/bundles">All bundles</a>`;
  }
  return html`<a href="/">To the overview</a>`;
}

function json(status: number, body: string): Answer {
  return { status, type: jsonType, body, fields: { Vary: "Accept" } };
}

const closing = { Connection: "close" };
const nothing: Answer = { status: 204, type: plainType, body: "" };
const full: Answer = { status: 503, type: plainType, body: "", fields: { "Retry-After": "5" } };
function tooOften(waitMs: number): Answer {
  const seconds = Math.ceil(waitMs / 1_000);
  return {
    status: 429,
    type: plainType,
    body: `Too many wrong tokens came from this address. Try again in ${seconds} s.\n`,
    fields: { "Retry-After": String(seconds), ...closing },
  };
}

const tooLong: Answer = {
  status: 414,
  type: plainType,
  body: "This address is too long.\n",
  fields: closing,
};
/** Goes on to the same address, as a page of ours. */
const again: Answer = {
  status: 401,
  type: htmlType,
  body: '<!doctype html><html lang="en"><meta http-equiv="refresh" content="0"><title>Meerkat watch</title>\n',
};

function notAllowed(allow: string): Answer {
  return {
    status: 405,
    type: plainType,
    body: "Nothing is changed here: ask with GET.\n",
    fields: { Allow: allow, ...closing },
  };
}

function seeOther(location: string, cookie: string): Answer {
  return {
    status: 303,
    type: plainType,
    body: "",
    fields: { Location: location, "Set-Cookie": cookie },
  };
}
