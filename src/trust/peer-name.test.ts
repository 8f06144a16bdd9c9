/** Which name a URL's host stands for: RFC 9525 §6.1. */
import { expect, test } from "vitest";
import { peerNameOf, type PeerName } from "./peer-name.ts";

const rows: readonly (readonly [law: string, host: string, name: PeerName])[] = [
  ["a host name is a DNS name", "host.example.com", { kind: "dns", value: "host.example.com" }],
  ["an IPv4 address is an address", "192.0.2.1", { kind: "ip", value: "192.0.2.1" }],
  ["an IPv6 address is an address", "2001:db8::1", { kind: "ip", value: "2001:db8::1" }],
  ["brackets do not belong to an address", "[2001:db8::1]", { kind: "ip", value: "2001:db8::1" }],
  ["one bracket is not a pair: the first", "[2001:db8::1", { kind: "dns", value: "[2001:db8::1" }],
  ["one bracket is not a pair: the last", "2001:db8::1]", { kind: "dns", value: "2001:db8::1]" }],
  ["brackets around a name make no address of it", "[host]", { kind: "dns", value: "[host]" }],
  ["four numbers with a leading zero are not an address", "192.0.2.01", { kind: "dns", value: "192.0.2.01" }],
];
test.each(rows)("%s", (_, host, name) => {
  expect(peerNameOf(host)).toEqual(name);
});
