/** What a site of the lab is: its manifest entry, and the recipe by which it is served. */
import type { IncomingMessage, ServerResponse } from "node:http";
import type { TlsOptions } from "node:tls";
import type { Code } from "../core/index.ts";
import type { Authority, Identity } from "./pki/authority.ts";

/** Which part of the house a site is about. */
export type Family = "certificates" | "protocol" | "http";

/** What Meerkat is to make of a site. */
export interface Expectation {
  /** The catalogue code of its headline; `null` for a healthy site. */
  readonly code: Code | null;
  /** The HTTP status of a plain `GET /`, where it comes to one; `null` otherwise. */
  readonly status: number | null;
}

/** One site: the manifest's entry. */
export interface Site {
  /** Kebab-case; the catalogue's code where the site provokes one. */
  readonly name: string;
  /** `<name>.lab.localhost`. */
  readonly host: string;
  readonly url: string;
  readonly family: Family;
  readonly title: string;
  /** One sentence: what is wrong, or what is special and yet right. */
  readonly wrong: string;
  readonly expected: Expectation;
}

/** One site as it is written down: its entry, and how it is served. */
export interface Definition extends Omit<Site, "host" | "url" | "family"> {
  /** Its certificates; the usual leaf and intermediate when left out. */
  readonly identify?: (authority: Authority, host: string) => Identity;
  readonly tls?: TlsOptions;
  /** Answers a request; a friendly 200 when left out. */
  readonly respond?: Respond;
}

/** Answers one HTTP request. */
export type Respond = (request: IncomingMessage, response: ServerResponse) => void;
