/** A response that no connection carried: a middleware made it, or made it from another one. */
import { asError, asGiven, HttpsError, readOptions, text, type Checks } from "../../core/index.ts";
import { fieldsFrom, type ResponseHead } from "../../http1/index.ts";
import type { TrustReport } from "../../trust/index.ts";
import { reportUnjudged } from "../../admission/index.ts";
import { givenBody } from "../body/given-body.ts";
import type { RequestBody } from "../body/request-body.ts";
import { listFields, putField, putFields, type FieldTable } from "../journey/request-fields.ts";
import type { Settings } from "../options/settings.ts";
import { Call, type Asker, type Carrier } from "../pool/call.ts";
import { plainQuestion } from "../pool/outgoing-question.ts";
import { noTimings, unseenFacts } from "../pool/unseen-connection.ts";
import { contextOf, Response, type Requester } from "../response.ts";
import type { MadeAnswer } from "./exchange.ts";
import type { Made, Origin } from "./innermost.ts";

/** Whom it answers. */
export interface Answered {
  readonly url: string;
  readonly host: string;
  readonly method: string;
  readonly settings: Settings;
  readonly requester: Requester;
  readonly startedAt: number;
}

const answerChecks: Checks<MadeAnswer> = {
  status: asGiven(),
  statusText: text,
  headers: asGiven(),
  body: asGiven(),
  json: asGiven(),
  from: asGiven(),
};

/** What those who have made answers elsewhere call the parts of one. */
const elsewhere: ReadonlyMap<string, string> = new Map([
  ["statusCode", "status"],
  ["code", "status"],
  ["reason", "statusText"],
  ["statusMessage", "statusText"],
  ["data", "json or body"],
  ["text", "body"],
]);

/** @throws HttpsError `option-unknown`, `option-invalid` for what is not a status or a body, `request-field-invalid` */
export function madeResponse(answer: MadeAnswer, answered: Answered, made: Made = {}): Response {
  const said = readOptions(answer, answerChecks, { prefix: "", elsewhere });
  const { status = 200, statusText: reason = "", headers, json, from } = said;
  if (!Number.isInteger(status) || status < 200 || status > 999)
    throw new HttpsError("option-invalid", {
      option: "status",
      value: String(status),
      expected: "the status of a final response, from 200 to 999",
    });
  const { url, host, method, settings, requester, startedAt } = answered;
  const body = givenBody({ body: said.body, json, form: undefined });
  const table: FieldTable = new Map();
  if (json !== undefined) putField(table, "Content-Type", "application/json");
  const fields = fieldsFrom(listFields(putFields(table, headers)));
  const head: ResponseHead = { version: made.version ?? "1.1", status, reason, fields, ignoredLines: 0 };
  const origin = made.origin ?? (from === undefined ? undefined : originOf(from));
  const source = new Source(body);
  const connection: Carrier = {
    id: origin?.id ?? 0,
    link: origin?.link ?? nobody(host),
    resume: () => source.flow(),
    readInto: () => {},
    prioritize: () => {},
    giveUp: (call, error) => {
      source.leave();
      call.fail(error);
    },
  };
  const call = new Call(
    { ...plainQuestion, head: "", asker: noAsker, method, host, timeouts: settings.timeouts },
    startedAt,
  );
  const now = performance.now();
  Object.assign(call.instants, origin?.instants ?? { connectedAt: now, sentAt: now, firstByteAt: now });
  call.connection = connection;
  call.reused = origin?.reused ?? false;
  const incoming = call.respond(connection, head, body.kind === "bytes" ? body.bytes.length : undefined);
  source.start(call, (bytes) => incoming.push(bytes, 0, bytes.length));
  return new Response({
    url: origin?.url ?? url,
    call,
    connection,
    head,
    body: incoming,
    redirects: origin?.redirects ?? [],
    earlierAttempts: origin?.earlierAttempts ?? [],
    resumptions: origin?.resumptions,
    startedAt,
    requester,
    // Whoever made it has it as it is to be read.
    options: made.isCoded === true ? settings.options : { ...settings.options, decompress: false },
    cache: made.cache,
  });
}

/** What a response that is made from another one has of it. */
export function originOf(from: Response): Origin {
  const { url, redirects, earlierAttempts, resumptions, call, connection } = contextOf(from);
  const { trust, facts, timings } = connection.link;
  return {
    url,
    redirects,
    earlierAttempts,
    resumptions,
    id: connection.id,
    link: { trust, facts, timings },
    reused: call.reused,
    instants: call.instants,
  };
}

/** What a response has that came of no server. */
export function noOrigin({ url, host }: Pick<Answered, "url" | "host">): Origin {
  return {
    url,
    redirects: [],
    earlierAttempts: [],
    id: 0,
    link: nobody(host),
    reused: false,
    instants: undefined,
  };
}

function nobody(host: string): Origin["link"] {
  return { trust: noTrust(host), facts: noFacts, timings: noTimings };
}

const utf8 = new TextEncoder();

/** The body on its way to its reader: given where there is room, and no sooner. */
class Source {
  readonly #body: RequestBody;
  #chunks: AsyncIterator<Uint8Array | string> | undefined;
  #call: Call | undefined;
  #push: (bytes: Uint8Array) => boolean = () => false;
  #isFlowing = false;
  #sentBytes = 0;

  constructor(body: RequestBody) {
    this.#body = body;
  }

  start(call: Call, push: (bytes: Uint8Array) => boolean): void {
    this.#call = call;
    this.#push = push;
    if (this.#body.kind === "stream") return;
    if (this.#body.kind === "bytes" && this.#body.bytes.length > 0) this.#give(this.#body.bytes);
    this.#end();
  }

  flow(): void {
    if (this.#isFlowing || this.#body.kind !== "stream" || this.#call?.isOver !== false) return;
    this.#isFlowing = true;
    void this.#pull(this.#body).finally(() => (this.#isFlowing = false));
  }

  leave(): void {
    // Whoever made the body hears that nobody reads on; what it says to that is its own affair.
    void Promise.resolve(this.#chunks?.return?.()).catch(() => undefined);
  }

  async #pull(body: RequestBody & { readonly kind: "stream" }): Promise<void> {
    try {
      this.#chunks ??= body.open()[Symbol.asyncIterator]();
      for (let hasRoom = true; hasRoom && this.#call?.isOver === false;) {
        const { done, value } = await this.#chunks.next();
        if (done === true) return this.#end();
        const bytes = typeof value === "string" ? utf8.encode(value) : value;
        if (bytes.length > 0 && !this.#call.isOver) hasRoom = this.#give(bytes);
      }
    } catch (error) {
      const { message } = asError(error);
      this.#call?.fail(
        error instanceof HttpsError
          ? error
          : new HttpsError("made-body-failed", { reason: message }, { cause: error }),
      );
    }
  }

  #give(bytes: Uint8Array): boolean {
    this.#sentBytes += bytes.length;
    return this.#push(bytes);
  }

  #end(): void {
    const bodyBytes = this.#sentBytes;
    this.#call?.complete(
      { bodyBytes, receivedBytes: bodyBytes, completeness: "complete", persistence: nothingKept },
      performance.now(),
    );
  }
}

const noAsker: Asker = { onEvent: undefined, onSending: () => {}, onInformational: () => {} };

const nothingKept = { persists: true } as const;

const noFacts = unseenFacts({ remoteAddress: "", remotePort: 0, clientCertificate: "not-asked" });

/** No server was asked, so that nothing of the policy counted. */
function noTrust(host: string): TrustReport {
  return reportUnjudged({
    kind: "none",
    host,
    insecureReason: undefined,
    stapled: undefined,
    library: "",
    notes: [],
  });
}
