/**
 * The shape of one catalogue entry: everything Meerkat says about a code stands in one place.
 *
 * `code` and `detail` are API; the sentences are not.
 */
import { bare } from "../options/own.ts";
import { renderWords, type SettingNames, type Words } from "./setting-names.ts";

/** Where in the life of a request it ended. */
export type Stage = "url" | "dns" | "tcp" | "proxy" | "tls" | "trust" | "http" | "body" | "timeout";

/** Who can fix it: the calling code, this machine, the path between, a proxy on it, or the server. */
export type Fault = "caller" | "local" | "network" | "proxy" | "peer";

/** What would have to change, on either side. */
export interface Remedy {
  readonly client: string;
  readonly server?: string;
}

/** The same before it is known what the reader calls the settings. Without a client's part, only the server's side can act. */
export interface RemedyWords {
  readonly client?: Words | undefined;
  readonly server?: string | undefined;
}

const nothingSafe = "None that is safe: report it to the server's operator.";

export function renderRemedy(words: RemedyWords, names: SettingNames): Remedy {
  const { client = nothingSafe, server } = bare(words);
  return { client: renderWords(client, names), ...(server === undefined ? {} : { server }) };
}

/** The remedy as a next step: the client's part, or else what its reader can ask the server's side for. */
export function renderStep(words: RemedyWords, names: SettingNames): string {
  const { client, server } = bare(words);
  return client === undefined && server !== undefined
    ? `For the server's operator: ${server}`
    : renderWords(client ?? nothingSafe, names);
}

export interface Entry<Detail> {
  readonly stage: Stage;
  readonly fault: Fault;
  /** Whose it is where the values say that it is another's. */
  readonly faultOf?: (detail: Detail) => Fault | undefined;
  /** A noun phrase, for headings. */
  readonly title: string;
  /** What it means, for somebody who meets the code for the first time. */
  readonly means: string;
  readonly remedy: RemedyWords;
  /** RFC and section, or "our policy" with its reason. */
  readonly authority: string;
  /** One full sentence with the values in it. */
  readonly sentence: (detail: Detail) => string;
  /** What it likely comes of, where the values speak for something: a further sentence, and no part of the fact. */
  readonly likely?: (detail: Detail) => string | undefined;
  /** The next step where the values decide it, with settings by the names that the reader knows. Default: the remedy. */
  readonly hint?: (detail: Detail, names: SettingNames) => string;
}

/** Entries for a set of codes, each with the type of its detail. */
export type Entries<Details> = { readonly [Code in keyof Details]: Entry<Details[Code]> };
