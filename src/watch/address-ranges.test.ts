/** Addresses and ranges, as a configuration names them and as a socket tells where it comes from. */
import { expect, it } from "vitest";
import { isAddressOrRange, isInRanges } from "./address-ranges.ts";

it.each([
  ["192.0.2.7", true],
  ["10.0.0.0/8", true],
  ["10.0.0.0/32", true],
  ["10.0.0.0/33", false],
  ["2001:db8::/32", true],
  ["2001:db8::/129", false],
  ["10.0.0.0/8/8", false],
  ["10.0.0.0/", false],
  ["10.0.0", false],
  ["proxy.example", false],
  ["", false],
])("%j is an address or a range: %s", (text, is) => {
  expect(isAddressOrRange(text)).toBe(is);
});

it.each([
  ["192.0.2.7", ["192.0.2.7"], true],
  ["192.0.2.8", ["192.0.2.7"], false],
  ["::ffff:192.0.2.7", ["192.0.2.0/24"], true],
  ["10.255.0.1", ["192.0.2.7", "10.0.0.0/8"], true],
  ["11.0.0.1", ["10.0.0.0/8"], false],
  ["2001:db8::1", ["2001:DB8:0::/32"], true],
  ["2001:db9::1", ["2001:db8::/32"], false],
  ["127.0.0.1", [], false],
  ["", ["0.0.0.0/0"], false],
] as const)("%s is in %j: %s", (address, ranges, is) => {
  expect(isInRanges(address, ranges)).toBe(is);
});
