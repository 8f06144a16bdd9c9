/** What stands between a client's middleware and its connections, and is the client's own: it sees which settings hold. */
import type { ResponseHead } from "../../http1/index.ts";
import type { Carrier, Instants } from "../pool/call.ts";
import type { ClientEvent } from "../events.ts";
import type { Settings } from "../options/settings.ts";
import type { CacheUse } from "../response-facts.ts";
import type { Response, ResponseContext } from "../response.ts";
import type { Exchange, MadeAnswer, Next } from "./exchange.ts";

/** Whose trust and connection a response has. */
export interface Origin extends Pick<
  ResponseContext,
  "url" | "redirects" | "earlierAttempts" | "resumptions"
> {
  /** The connection's number. */
  readonly id: number;
  readonly link: Carrier["link"];
  readonly reused: boolean;
  /** `undefined` where no server was asked now. */
  readonly instants: Readonly<Instants> | undefined;
}

/** What is said of a response besides what its answer says. */
export interface Made {
  readonly origin?: Origin | undefined;
  readonly version?: ResponseHead["version"];
  /** Whether the body is as on the wire, with its content codings still to be undone. */
  readonly isCoded?: boolean;
  readonly cache?: CacheUse;
}

/** Where it stands. */
export interface Place {
  /** What holds for the request as it comes here. */
  readonly settings: Settings;
  readonly respond: (answer: MadeAnswer, made: Made) => Response;
  /** Tells the request's listener, if there is one. */
  readonly tell: (make: () => ClientEvent) => void;
}

export type Innermost = (exchange: Exchange, next: Next, place: Place) => Promise<Response>;
