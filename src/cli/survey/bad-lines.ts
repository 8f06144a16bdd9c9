/** The lines of lists that are left out, each named with what is wrong with it. */
import { showControls } from "../../core/index.ts";
import { type EndpointList, explainBad } from "../../watch/index.ts";
import type { Output } from "../frame/output.ts";

export function tellBadLines(bad: EndpointList["bad"], err: Output): void {
  for (const sentence of explainBad(bad))
    err.lines(`${err.style.yellow("left out:")} ${showControls(sentence)}`);
}
