/** What a server may make of the offer of permessage-deflate: RFC 6455 §9.1, RFC 7692 §7.1. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readExtensions, renderOffer, type DeflateOffer } from "./extensions.ts";

const plain: DeflateOffer = {
  serverNoContextTakeover: false,
  clientNoContextTakeover: false,
  serverMaxWindowBits: undefined,
  clientMaxWindowBits: undefined,
};
const usual = {
  serverKeepsContext: true,
  clientKeepsContext: true,
  serverWindowBits: 15,
  clientWindowBits: 15,
};

describe("an offer", () => {
  test.each<[string, Partial<DeflateOffer>]>([
    ["permessage-deflate; client_max_window_bits", {}],
    ["permessage-deflate; client_max_window_bits=10", { clientMaxWindowBits: 10 }],
    [
      "permessage-deflate; server_no_context_takeover; client_no_context_takeover; server_max_window_bits=9; client_max_window_bits",
      { serverNoContextTakeover: true, clientNoContextTakeover: true, serverMaxWindowBits: 9 },
    ],
  ])("is %s", (text, changes) => {
    expect(renderOffer({ ...plain, ...changes })).toBe(text);
  });
});

describe("an answer", () => {
  test.each<[string, Partial<DeflateOffer>, object | undefined]>([
    ["", {}, undefined],
    ["permessage-deflate", {}, usual],
    [" , permessage-deflate ,", {}, usual],
    ["permessage-deflate; server_no_context_takeover", {}, { ...usual, serverKeepsContext: false }],
    ["permessage-deflate;client_no_context_takeover", {}, { ...usual, clientKeepsContext: false }],
    ["permessage-deflate", { clientNoContextTakeover: true }, { ...usual, clientKeepsContext: false }],
    ["permessage-deflate; client_max_window_bits=8", {}, { ...usual, clientWindowBits: 8 }],
    ['permessage-deflate; client_max_window_bits = "9"', {}, { ...usual, clientWindowBits: 9 }],
    ["permessage-deflate", { clientMaxWindowBits: 10 }, { ...usual, clientWindowBits: 10 }],
    ["permessage-deflate; server_max_window_bits=9", {}, { ...usual, serverWindowBits: 9 }],
    [
      "permessage-deflate; server_max_window_bits=9",
      { serverMaxWindowBits: 10 },
      { ...usual, serverWindowBits: 9 },
    ],
  ])("is taken: %j", (text, changes, deflate) => {
    expect(readExtensions([text], { ...plain, ...changes })).toEqual({ ok: true, deflate });
  });

  test.each<[string, Partial<DeflateOffer>, RegExp]>([
    ["x-other", {}, /not offered/],
    ["permessage-deflate, x-other", {}, /not offered/],
    ["permessage-deflate, permessage-deflate", {}, /twice/],
    ["permessage-deflate; server_no_context_takeover; server_no_context_takeover", {}, /twice/],
    ["permessage-deflate; client_max_window_bits=9; client_max_window_bits=9", {}, /twice/],
    ["permessage-deflate; x", {}, /does not have/],
    ["permessage-deflate; server_no_context_takeover=1", {}, /value/],
    ["permessage-deflate; client_no_context_takeover=true", {}, /value/],
    ["permessage-deflate; client_max_window_bits", {}, /8 to 15/],
    ["permessage-deflate; server_max_window_bits", {}, /8 to 15/],
    ["permessage-deflate; server_max_window_bits=7", {}, /8 to 15/],
    ["permessage-deflate; server_max_window_bits=16", {}, /8 to 15/],
    ["permessage-deflate; server_max_window_bits=010", {}, /8 to 15/],
    ["permessage-deflate; server_max_window_bits=11", { serverMaxWindowBits: 10 }, /larger/],
    ["permessage-deflate; client_max_window_bits=11", { clientMaxWindowBits: 10 }, /larger/],
    ["permessage-deflate; ", {}, /cannot be read/],
    ["permessage-deflate server_no_context_takeover", {}, /cannot be read/],
    ['permessage-deflate; client_max_window_bits="9', {}, /cannot be read/],
    ["permessage-deflate; client_max_window_bits=", {}, /cannot be read/],
    [";", {}, /cannot be read/],
  ])("is refused: %s", (text, changes, reason) => {
    expect(readExtensions([text], { ...plain, ...changes })).toEqual({
      ok: false,
      reason: expect.stringMatching(reason),
    });
  });

  test("of two lines is one list", () => {
    expect(readExtensions(["permessage-deflate", "permessage-deflate"], plain)).toMatchObject({ ok: false });
  });

  test("is refused where nothing was offered", () => {
    expect(readExtensions(["permessage-deflate"], undefined)).toMatchObject({ ok: false });
  });

  test("makes nothing throw, whatever it is", () => {
    const piece = fc.constantFrom(
      "permessage-deflate",
      ";",
      ",",
      "=",
      '"',
      "\\",
      " ",
      "client_max_window_bits",
      "9",
      "é",
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.array(piece).map((pieces) => pieces.join("")),
        ),
        (text) => {
          expect(typeof readExtensions([text], plain).ok).toBe("boolean");
        },
      ),
    );
  });
});
