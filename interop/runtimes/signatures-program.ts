/** Runs on the runtime that is tested: has both doors of its cryptography check the signatures of a file, and prints the answers. */
import { readFileSync } from "node:fs";
import { trustPorts } from "../../src/admission/index.ts";
import { DerReader } from "../../src/der/index.ts";
import type { SignatureInput } from "../../src/trust/index.ts";
import { webcryptoPorts } from "../../src/webcrypto/index.ts";
import { readSubjectPublicKeyInfo, type SignatureScheme } from "../../src/x509/index.ts";

/** Bytes are base64. */
export interface Vector {
  readonly name: string;
  readonly scheme: SignatureScheme;
  readonly spki: string;
  readonly data: string;
  readonly signature: string;
}

/** Of a signature that holds and of the same over other data: `true`, `false`, or `null` for "cannot be checked". */
export interface Answers {
  readonly node: readonly (boolean | null)[];
  readonly webcrypto: readonly (boolean | null)[];
}

const bytesOf = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, "base64"));

function inputOf({ name, scheme, spki, data, signature }: Vector, changes: Uint8Array): SignatureInput {
  const der = bytesOf(spki);
  const { key } = readSubjectPublicKeyInfo(DerReader.over(der));
  // Nothing is remembered between rows: the name of an algorithm is part of what is.
  const algorithm = { oid: "", name: "", scheme, der: new TextEncoder().encode(name) };
  const said = new Uint8Array([...bytesOf(data), ...changes]);
  return { algorithm, spki: der, key, data: said, signature: bytesOf(signature) };
}

const ports = webcryptoPorts(crypto.subtle);
const all: Record<string, Answers> = {};
for (const vector of JSON.parse(readFileSync(process.argv[2] ?? "", "utf8")) as Vector[]) {
  const inputs = [new Uint8Array(0), new Uint8Array(1)].map((changes) => inputOf(vector, changes));
  const webcrypto: (boolean | null)[] = [];
  for (const input of inputs) webcrypto.push((await ports.verifySignature(input)) ?? null);
  const node = inputs.map((input) => trustPorts.verifySignature(input) ?? null);
  all[vector.name] = { node, webcrypto };
}
process.stdout.write(JSON.stringify(all), () => process.exit(0));
