/** What a queue said of itself when a configuration was checked. */
import { showControls } from "../../core/index.ts";
import type { Output } from "../frame/output.ts";

export function tellOfQueue(sentences: readonly string[], err: Output): void {
  for (const sentence of sentences) err.lines(`${err.style.yellow("warning:")} ${showControls(sentence)}`);
}
