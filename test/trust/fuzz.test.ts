/** Hostile bytes: nothing throws, nothing takes long, and no changed certificate is believed. */
import { rootCertificates } from "node:tls";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { DerReader, writeConstructed, writeElement, writeSequence } from "../../src/der/index.ts";
import { trustPorts } from "../../src/admission/index.ts";
import { explainVerdict, verify } from "../../src/trust/index.ts";
import {
  extensionNames,
  parseCertificate,
  parseCrl,
  parseOcspResponse,
  parsePem,
} from "../../src/x509/index.ts";
import { cpuMsOf } from "../cost.ts";
import { extension, mint, mintChain, mintCrl, mintOcsp, noon } from "../pki/index.ts";
import { anchorOf } from "./scenario.ts";

const chain = mintChain({ intermediate: { permit: ["dns:example.com"], policies: ["1.2.3"] } });
const crl = mintCrl(chain.root, { revoked: [chain.leaf], reason: 1 });
const ocsp = mintOcsp(chain.leaf, chain.root);
const real = rootCertificates.slice(0, 40).flatMap((pem) => parsePem(pem).blocks.map(({ bytes }) => bytes));
const seeds = [chain.leaf.der, chain.intermediate?.der ?? chain.root.der, crl, ocsp, ...real];

/** The CPU time that 64 KiB may take at most. */
const limitMs = 50;

/** Everything that may be done with bytes of unknown make. */
function devour(bytes: Uint8Array): void {
  const reader = DerReader.over(bytes);
  while (!reader.isDone) reader.readElement();
  parsePem(bytes);
  parseCrl(bytes);
  parseOcspResponse(bytes);
  const parsed = parseCertificate(bytes);
  if (!parsed.ok) return;
  const { certificate } = parsed;
  for (const name of extensionNames) certificate.extensions.get(name);
  void [certificate.subject.text, certificate.subject.key, certificate.issuer.display];
  const verdict = verify(
    {
      leaf: certificate,
      intermediates: [certificate],
      anchors: [anchorOf(chain.root)],
      names: [{ kind: "dns", value: "host.example.com" }],
      at: noon,
    },
    trustPorts,
  );
  expect(explainVerdict(verdict)).not.toBe("");
  expect(verdict.trusted && !sameBytes(bytes, chain.leaf.der)).toBe(false);
}

const sameBytes = (a: Uint8Array, b: Uint8Array): boolean => Buffer.from(a).equals(b);

describe("bytes", () => {
  test("of any make are devoured", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => {
        devour(bytes);
      }),
      { numRuns: 300 },
    );
  });

  test("of certificates, CRLs and responses with single bytes changed are devoured", () => {
    const change = fc.record({ seed: fc.nat(), at: fc.nat(), value: fc.integer({ min: 0, max: 255 }) });
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 3 }), (changes) => {
        const seed = seeds[(changes[0]?.seed ?? 0) % seeds.length] ?? crl;
        const bytes = Uint8Array.from(seed);
        for (const { at, value } of changes) bytes[at % bytes.length] = value;
        devour(bytes);
      }),
      { numRuns: 2_000 },
    );
  });

  test("of certificates that were cut, doubled or filled are devoured", () => {
    fc.assert(
      fc.property(
        fc.nat(),
        fc.nat(),
        fc.nat({ max: 60 }),
        fc.constantFrom("cut", "double", "fill"),
        (seedIndex, at, length, how) => {
          const seed = seeds[seedIndex % seeds.length] ?? crl;
          const start = at % seed.length;
          const parts = {
            cut: [seed.subarray(0, start), seed.subarray(start + length)],
            double: [seed.subarray(0, start + length), seed.subarray(start)],
            fill: [seed.subarray(0, start), new Uint8Array(length).fill(0x30), seed.subarray(start)],
          };
          devour(Buffer.concat(parts[how]));
        },
      ),
      { numRuns: 1_000 },
    );
  });

  test("inside an extension of a certificate whose signature holds are devoured", () => {
    const oids = [
      "2.5.29.15",
      "2.5.29.17",
      "2.5.29.30",
      "2.5.29.31",
      "2.5.29.32",
      "2.5.29.35",
      "2.5.29.36",
      "2.5.29.37",
      "1.3.6.1.5.5.7.1.1",
      "1.3.6.1.4.1.11129.2.4.2",
    ];
    fc.assert(
      fc.property(
        fc.constantFrom(...oids),
        fc.boolean(),
        fc.uint8Array({ maxLength: 80 }),
        (oid, critical, value) => {
          const { der } = mint(
            {
              usages: null,
              purposes: null,
              names: null,
              subjectKeyId: null,
              authorityKeyId: null,
              extra: [extension(oid, critical, value)],
            },
            chain.root,
          );
          devour(der);
        },
      ),
      { numRuns: 300 },
    );
  });
});

describe("64 KiB", () => {
  const size = 64 * 1024;
  const repeat = (unit: readonly number[]): Uint8Array =>
    Uint8Array.from({ length: size }, (_, i) => unit[i % unit.length] ?? 0);
  const wrapped = (content: Uint8Array): Uint8Array =>
    writeSequence(
      writeSequence(writeConstructed(0, Uint8Array.of(2, 1, 2)), Uint8Array.of(2, 1, 1), content),
    );
  const rows: readonly (readonly [what: string, bytes: Uint8Array])[] = [
    ["of zeros", new Uint8Array(size)],
    ["of open sequences", repeat([0x30, 0x80])],
    ["of sequences in one another", repeat([0x30, 0x84, 0x00, 0x00, 0xff, 0xf0])],
    ["of empty sequences", repeat([0x30, 0x00])],
    ["of one long identifier", writeElement(0x06, repeat([0xff]).subarray(0, size - 8))],
    ["of one long integer", wrapped(writeElement(0x02, repeat([0x7f]).subarray(0, size - 40)))],
    [
      "of attributes of a name",
      wrapped(
        writeSequence(
          ...Array.from({ length: 4000 }, () =>
            writeElement(0x31, writeSequence(Uint8Array.of(6, 3, 0x55, 4, 3), Uint8Array.of(0x0c, 1, 0x61))),
          ),
        ),
      ),
    ],
    ["of PEM boundaries", new TextEncoder().encode("-----BEGIN A-----\n".repeat(3640))],
    ["of hyphens", repeat([0x2d])],
    [
      "of base64 without an end",
      new TextEncoder().encode(`-----BEGIN CERTIFICATE-----\n${"A".repeat(size - 40)}`),
    ],
  ];
  test.each(rows)("%s take no time", (_, bytes) => {
    const work = (): void => {
      devour(bytes);
    };
    expect(cpuMsOf(work, 5)).toBeLessThan(limitMs);
  });

  test("of names and constraints in certificates that are trusted take no time", () => {
    const many = Array.from({ length: 3_400 }, (_, i) => `dns:n${i}.example.com`);
    const big = mintChain({
      intermediate: null,
      root: { permit: ["dns:example.com"], exclude: ["dns:x.example.com"] },
      leaf: { names: ["dns:host.example.com", ...many] },
    });
    expect(big.leaf.der.length).toBeGreaterThan(60_000);
    const work = (): void => {
      const leaf = parseCertificate(big.leaf.der);
      const names = [{ kind: "dns", value: "host.example.com" }] as const;
      const anchors = [anchorOf(big.root)];
      const verdict =
        leaf.ok &&
        verify({ leaf: leaf.certificate, intermediates: [], anchors, names, at: noon }, trustPorts);
      expect(verdict && verdict.trusted).toBe(true);
    };
    expect(cpuMsOf(work, 5)).toBeLessThan(limitMs);
  });
});
