/** The nearest name is offered where it is near, and nothing where none is. */
import { expect, it } from "vitest";
import { askNearest, findNearest } from "./nearest.ts";

const codes = ["expired", "not-yet-valid", "self-signed", "wrong-host"];

it.each([
  ["expird", "expired"],
  ["exipred", "expired"],
  ["self-singed", "self-signed"],
  ["not-valid-yet", undefined],
  ["wrong_host", "wrong-host"],
  ["xyzzy", undefined],
  ["", undefined],
])('"%s" is likely %s', (word, nearest) => {
  expect(findNearest(word, codes)).toBe(nearest);
});

const devices = ["esp-idf", "esp-idf-6", "arduino-esp32", "arduino-esp8266", "node", "azure-iot", "aws-iot"];

it.each([
  ["esp32", 'Did you mean "esp-idf" or "esp-idf-6" or "arduino-esp32"? '],
  ["ESP8266", 'Did you mean "esp-idf" or "esp-idf-6" or "arduino-esp8266"? '],
  ["azure", 'Did you mean "azure-iot"? '],
  ["nod", 'Did you mean "node"? '],
  ["io", ""],
  ["zephyr", ""],
])('"%s" is asked about: %s', (word, asked) => {
  expect(askNearest(word, devices)).toBe(asked);
});
