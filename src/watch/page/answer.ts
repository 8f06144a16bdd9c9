/** Answers as they go out: with the fields that every one of them carries, whatever it is. */
import type { ServerResponse } from "node:http";

export interface Answer {
  readonly status: number;
  readonly type: string;
  readonly body: string;
  readonly fields?: Readonly<Record<string, string>>;
}

/**
 * Nothing is fetched but from here, nothing runs that stands in the page itself, and no other page frames it.
 * Styles and the one script have addresses of their own.
 */
const policy = [
  "default-src 'none'",
  "style-src 'self'",
  "script-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join("; ");

const always: Readonly<Record<string, string>> = {
  "Content-Security-Policy": policy,
  "X-Content-Type-Options": "nosniff",
  "X-Frame-Options": "DENY",
  "Referrer-Policy": "no-referrer",
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Resource-Policy": "same-origin",
  "Cache-Control": "no-store",
};

export function writeAnswer(response: ServerResponse, { status, type, body, fields = {} }: Answer): void {
  const bytes = Buffer.from(body, "utf8");
  response.writeHead(status, { ...headFor(type), "Content-Length": bytes.length, ...fields });
  response.end(bytes);
}

/** For answers whose length is not known when they begin. */
export function headFor(type: string): Readonly<Record<string, string>> {
  return { ...always, "Content-Type": type };
}

export const htmlType = "text/html; charset=utf-8";
export const jsonType = "application/json; charset=utf-8";
export const plainType = "text/plain; charset=utf-8";
