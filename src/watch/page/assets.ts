/** The style, the script and the icon: each at an address with its own hash, so that a browser keeps it for good. */
import { createHash } from "node:crypto";
import type { Answer } from "./answer.ts";
import { icon } from "./assets/icon.ts";
import { script } from "./assets/script.ts";
import { styleSheet } from "./assets/style-sheet.ts";

function pathOf(name: string, ending: string, text: string): string {
  return `/assets/${name}.${createHash("sha256").update(text).digest("hex").slice(0, 12)}.${ending}`;
}

export const stylePath: string = pathOf("style", "css", styleSheet);
export const scriptPath: string = pathOf("live", "js", script);
export const iconPath: string = pathOf("icon", "svg", icon);

const fields = { "Cache-Control": "public, max-age=31536000, immutable" };

/** By path. They hold nothing private, and the page to sign in needs them. */
export const assets: ReadonlyMap<string, Answer> = new Map([
  [stylePath, { status: 200, type: "text/css; charset=utf-8", body: styleSheet, fields }],
  [scriptPath, { status: 200, type: "text/javascript; charset=utf-8", body: script, fields }],
  [iconPath, { status: 200, type: "image/svg+xml", body: icon, fields }],
]);
