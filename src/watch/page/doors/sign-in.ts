/** Signing in and out, for people: a form with the token, answered by a cookie. The only requests that change anything. */
import type { IncomingMessage } from "node:http";
import { html, type Markup } from "../../../html/index.ts";
import { pageLimits } from "../limits.ts";
import { linkTo } from "../parts/pieces.ts";

export function renderSignIn({
  next,
  wasWrong,
}: {
  readonly next: string;
  readonly wasWrong: boolean;
}): Markup {
  const says = wasWrong ? html`<p class="verdict failing" role="alert">That is not the token.</p>` : "";
  return html`<h1>Sign in</h1>
    ${says}
    <form method="post" action="/sign-in" class="sign-in">
      <input type="hidden" name="next" value="${next}" />
      <label
        >Token
        <input type="password" name="token" required autocomplete="current-password" autofocus />
      </label>
      <button type="submit">Sign in</button>
    </form>
    <p class="dim">
      It stands in the file that the watch was started with. Programs send it as a bearer token.
    </p>`;
}

/**
 * A link from another site comes without the cookie (SameSite=Strict), although its owner is signed in. This page goes on
 * to the same address as a page of ours, and then it is sent.
 */
export function isFromElsewhere({ headers }: IncomingMessage): boolean {
  return headers["sec-fetch-site"] === "cross-site" && headers["sec-fetch-mode"] === "navigate";
}

/** Whether a form of ours was sent: a browser says so, and what says nothing of it is refused. */
export function isOwnForm({ headers }: IncomingMessage): boolean {
  const site = headers["sec-fetch-site"];
  if (site !== undefined) return site === "same-origin";
  const { origin, host } = headers;
  return (
    origin !== undefined &&
    host !== undefined &&
    /^https?:\/\//.test(origin) &&
    origin.split("//")[1] === host
  );
}

export interface SignInForm {
  /** As it was given; it is not looked at here. */
  readonly token: string;
  /** A page of ours to go on to. */
  readonly next: string;
}

/** `undefined`: the form is longer than any of ours. */
export async function readSignIn(request: IncomingMessage): Promise<SignInForm | undefined> {
  const pieces: Uint8Array[] = [];
  let length = 0;
  for await (const piece of request as AsyncIterable<Uint8Array>) {
    length += piece.length;
    if (length > pageLimits.formBytes.value) return undefined;
    pieces.push(piece);
  }
  const form = new URLSearchParams(Buffer.concat(pieces).toString("utf8"));
  return {
    token: (form.get("token") ?? "").trim(),
    next: ownPath(form.get("next") ?? ""),
  };
}

/** A path of ours; everything that could lead elsewhere becomes the first page. */
export function ownPath(text: string): string {
  if (!/^\/(?![/\\])[\x21-\x5b\x5d-\x7e]*$/.test(text)) return "/";
  return text.startsWith(linkTo("/sign-")) ? "/" : text;
}
