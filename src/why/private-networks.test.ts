/** Where a stranger's word may lead. */
import { describe, expect, test } from "vitest";
import { isOutOfBounds, leadsInside } from "./private-networks.ts";

const at = (address: string) => ({ host: "site.example", address });

describe("a stranger's word", () => {
  test.each(["192.0.2.1", "8.8.8.8", "2001:db8::1", "172.32.0.1", "100.128.0.1", "::ffff:8.8.8.8"])(
    "leads to a public address: %s",
    (address) => {
      expect(isOutOfBounds(address, undefined)).toBe(false);
      expect(isOutOfBounds(address, at("10.0.0.1"))).toBe(false);
    },
  );

  test.each([
    "127.0.0.1",
    "127.255.255.254",
    "0.0.0.0",
    "169.254.169.254",
    "255.255.255.255",
    "239.1.1.1",
    "::",
    "::1",
    "::127.0.0.1",
    "fe80::1",
    "fe80::1%lo",
    "ff02::1",
    "::ffff:127.0.0.1",
    "::ffff:7f00:1",
    "::ffff:169.254.169.254",
    "64:ff9b::7f00:1",
    "64:ff9b::a9fe:a9fe",
    "localhost",
    "",
  ])("never leads to this machine or this link: %s", (address) => {
    for (const namedBy of [undefined, at(address), at("127.0.0.1"), at("169.254.1.1"), at("10.0.0.1")])
      expect(isOutOfBounds(address, namedBy)).toBe(true);
  });

  test.each([
    ["10.1.2.3", "10.200.0.1"],
    ["172.16.0.1", "172.31.0.1"],
    ["192.168.1.1", "192.168.200.1"],
    ["100.100.100.200", "100.64.0.1"],
    ["fd00:ec2::254", "fd12::1"],
    ["::ffff:10.1.2.3", "10.0.0.1"],
  ])("leads into a private network (%s) only from inside of it", (address, inside) => {
    expect(isOutOfBounds(address, at(inside))).toBe(false);
    for (const namedBy of [undefined, at("192.0.2.1"), at("127.0.0.1"), at("198.18.0.1")])
      expect(isOutOfBounds(address, namedBy)).toBe(true);
  });

  test("that was asked for by a name under localhost may stay on this machine", () => {
    const site = { host: "site.lab.localhost", address: "127.0.0.1" };
    expect(isOutOfBounds("127.0.0.1", site)).toBe(false);
    expect(isOutOfBounds("169.254.169.254", { ...site, address: "192.0.2.1" })).toBe(true);
    expect(isOutOfBounds("10.0.0.1", site)).toBe(true);
  });
});

test("a redirect leads from this machine to this machine, and from elsewhere not inside", () => {
  expect(leadsInside("127.0.0.1", at("127.0.0.1"))).toBe(false);
  for (const namedBy of [undefined, at("192.0.2.1"), at("10.0.0.1")])
    expect(leadsInside("127.0.0.1", namedBy)).toBe(true);
  expect(leadsInside("169.254.169.254", at("127.0.0.1"))).toBe(true);
  expect(leadsInside("192.0.2.7", undefined)).toBe(false);
});
