/** What a body that was cut short is explained with depends on what should have marked its end. */
import { expect, test } from "vitest";
import { HttpsError, type Details } from "../index.ts";

type Cut = Details["body-truncated"];

test.each<[Cut["framing"], Cut["ending"], string]>([
  ["length", "fin", "announces more than it sends"],
  ["chunked", "close-notify", "stops before the last chunk and its empty line"],
  ["until-close", "bare-fin", "without close_notify"],
  ["until-close", "reset", "a reset is not one"],
])("a body framed by %s that ends in %s is explained by its framing", (framing, ending, words) => {
  expect(new HttpsError("body-truncated", { framing, receivedBytes: 2, ending }).hint).toContain(words);
});
