/** What OpenSSL and the engine say of what a server sends: by a connection to it, and from the certificates alone. */
import { trustPorts } from "../../src/admission/index.ts";
import type { OpensslObstacle } from "../../src/core/index.ts";
import { Client, HttpsError } from "../../src/index.ts";
import { anchorFromCertificate, findObstacle, verify, type Purpose } from "../../src/trust/index.ts";
import { answering, openOrigin, reply } from "../client/origin.ts";
import { identityOf, pemOf, type Minted } from "../pki/index.ts";

/** What a server sends, leaf first, and the roots that the client is given. */
export interface Served {
  readonly sent: readonly [Minted, ...Minted[]];
  readonly roots: readonly Minted[];
}

/** `trusted`, or the code of the refusal with the obstacle that it names. */
export async function outcome({
  sent,
  roots,
}: Served): Promise<readonly [string, OpensslObstacle | undefined]> {
  const [first, ...more] = sent;
  await using origin = await openOrigin(
    answering(() => reply("x")),
    { tls: identityOf(first, ...more) },
  );
  await using client = new Client({ roots: pemOf(...roots), environment: {} });
  try {
    await (await client.request(origin.url)).bytes();
    return ["trusted", undefined];
  } catch (error) {
    if (!(error instanceof HttpsError) || error.code !== "keys-disagree") throw error;
    return [error.code, error.detail.obstacle];
  }
}

/** What a prophecy is made for: the engine's moment, OpenSSL's, and what the certificate is for. */
export interface Moment {
  readonly at?: number;
  readonly opensslAt?: number;
  readonly purpose?: Purpose;
}

/** What is said offline, from the certificates alone. */
export function foretell(
  { sent, roots }: Served,
  { at = Date.now(), opensslAt = at, purpose = "server" }: Moment = {},
): OpensslObstacle | undefined {
  const [first, ...more] = sent.map(({ certificate }) => certificate);
  const anchors = roots.map(({ certificate }) => anchorFromCertificate(certificate, { store: "file" }));
  if (first === undefined) return undefined;
  const names = [{ kind: "dns", value: "localhost" }] as const;
  const verdict = verify({ leaf: first, intermediates: more, anchors, names, at, purpose }, trustPorts);
  if (!verdict.trusted) throw new Error(`the engine refused it: ${verdict.primary.code}`);
  const chain = [first, ...more];
  return findObstacle({ path: verdict.path, sent: chain, anchors, at: opensslAt }, trustPorts);
}
