/** Laws of what is said and advised of a refused chain: rows of chains that are minted, and judged by the engine. */
import { describe, expect, test } from "vitest";
import { HttpsError, renderInstant } from "../../src/core/index.ts";
import { diagnose, type Evidence, type ExperimentResult } from "../../src/diagnosis/index.ts";
import { peerNameOf } from "../../src/trust/index.ts";
import {
  daysLater,
  mintChain,
  mintIntermediate,
  mintLeaf,
  mintRoot,
  noon,
  type Minted,
} from "../pki/index.ts";
import { anchorOf, ask } from "../trust/scenario.ts";
import { answer, endedBy, evidenceOf, gave, plainly, visit } from "./made-up.ts";

interface Shown {
  readonly sent: readonly Minted[];
  readonly roots: readonly Minted[];
  readonly host?: string;
  /** How far this machine's clock is ahead of the server's, where that is known. */
  readonly aheadMs?: number;
}

/** What is seen where a server shows these, and these roots are the caller's. */
function refusal({ sent, roots, host = "host.example.com", aheadMs }: Shown): Evidence {
  const [leaf, ...others] = sent;
  if (leaf === undefined) throw new Error("A server shows a certificate.");
  const intermediates = others.map(({ certificate }) => certificate);
  const anchors = roots.map((root) => anchorOf(root));
  const verdict = ask(leaf, { anchors, intermediates, names: [peerNameOf(host)] });
  if (verdict.trusted) throw new Error("The row is about a chain that is refused.");
  const { code, detail } = verdict.primary;
  const chain = sent.map(({ certificate }) => ({ certificate, fingerprint: "00" }));
  const trust = visit.trust && { ...visit.trust, name: host, at: noon, chain, verdict };
  const sni = /^[\d.]+$/.test(host) ? undefined : host;
  const { question, ...evidence } = evidenceOf(
    { host, sni, trust, exchange: undefined, ended: endedBy(new HttpsError(code, detail)) },
    { results: aheadMs === undefined ? [] : [unverified(noon - aheadMs)] },
  );
  return { ...evidence, question: { ...question, ownRoots: true }, local: { ...evidence.local, at: noon } };
}

function unverified(dateAt: number): ExperimentResult {
  const dated = { ...answer, receivedAt: noon, fields: [["Date", new Date(dateAt).toUTCString()]] as const };
  return gave({ kind: "unverified" }, { ...visit, exchange: { ...plainly, answer: dated } });
}

const root = mintRoot();
const middle = mintIntermediate(root);
const stranger = mintRoot({ name: "A Stranger's Root" });
const hour = 3_600_000;

const expired = { notAfterAt: daysLater(-3) };
const early = { notBeforeAt: daysLater(3) };

describe("the advice for", () => {
  test.each<
    readonly [
      law: string,
      shown: Shown,
      code: string,
      words: readonly [client: RegExp, server: RegExp | undefined],
    ]
  >([
    [
      "an expired certificate, where the clocks agree, does not send to the clock",
      { sent: [mintLeaf(middle, expired), middle], roots: [root], aheadMs: 0 },
      "expired",
      [/^None that is safe: the server has to show a renewed certificate/, /Renew/],
    ],
    [
      "an expired certificate, where this clock is behind, neither",
      { sent: [mintLeaf(middle, expired), middle], roots: [root], aheadMs: -hour },
      "expired",
      [/^None that is safe/, /Renew/],
    ],
    [
      "an expired certificate, where this clock is ahead, does",
      { sent: [mintLeaf(middle, expired), middle], roots: [root], aheadMs: hour },
      "expired",
      [/clock/, /Renew/],
    ],
    [
      "a certificate that is not valid yet, where this clock is ahead, does not send to the clock",
      { sent: [mintLeaf(middle, early), middle], roots: [root], aheadMs: hour },
      "not-yet-valid",
      [/^None that is safe/, /validity has begun/],
    ],
    [
      "an expired intermediate is to send another one",
      ((old) => ({ sent: [mintLeaf(old), old], roots: [root], aheadMs: 0 }))(mintIntermediate(root, expired)),
      "expired",
      [/send the current intermediate/, /Send the current intermediate/],
    ],
    [
      "a limit in a CA's certificate is not to raise it",
      ((zero) => {
        const below = mintIntermediate(zero, { name: "Below" });
        return { sent: [mintLeaf(below), below, zero], roots: [root] };
      })(mintIntermediate(root, { name: "Zero CA", pathLength: 0 })),
      "path-too-long",
      [/the limit stands in the CA's own certificate/, /issued by "Zero CA" itself/],
    ],
    [
      "a self-signed certificate that expired, too, is not to trust it",
      {
        sent: [
          mintRoot({ name: "host.example.com", names: ["dns:host.example.com"], ca: false, ...expired }),
        ],
        roots: [root],
      },
      "self-signed",
      [
        new RegExp(
          `not be enough for the server's certificate: it expired on ${renderInstant(daysLater(-3))}`,
        ),
        /CA/,
      ],
    ],
    [
      "an unknown root, with a certificate of another's name, is not to trust the root",
      { sent: [mintLeaf(stranger, { names: ["dns:other.example"] }), stranger], roots: [root] },
      "untrusted-root",
      [/it does not name "host\.example\.com"/, /CA/],
    ],
    [
      "an unknown root, with a certificate that is in order, is to give it",
      { sent: [mintLeaf(stranger), stranger], roots: [root] },
      "untrusted-root",
      [/give it: addRoots/, /CA/],
    ],
    [
      "the wrong intermediate is to send the right one",
      { sent: [mintLeaf(middle), mintIntermediate(root, { name: "Another CA" })], roots: [root] },
      "missing-intermediate",
      [/give it: addRoots/, /"Test Intermediate" in the place of "Another CA"/],
    ],
    [
      "an address among the DNS names is to have it among the addresses",
      { sent: [mintLeaf(middle, { names: ["dns:192.0.2.7"] }), middle], roots: [root], host: "192.0.2.7" },
      "wrong-host",
      [/host name/, /as an IP name/],
    ],
    [
      "a www. more is to use that name",
      { sent: [mintLeaf(middle, { names: ["dns:www.host.example.com"] }), middle], roots: [root] },
      "wrong-host",
      [/for "www\.host\.example\.com"/, /names this host/],
    ],
    [
      "a root of the same name with another key is to give the current one",
      { sent: [mintLeaf(middle), middle], roots: [mintRoot()] },
      "bad-signature",
      [/is an older CA of the same name/, undefined],
    ],
  ])("%s", (_law, shown, code, [client, server]) => {
    const [finding] = diagnose(refusal(shown)).findings;
    expect(finding?.code).toBe(code);
    expect(finding?.remedy.client).toMatch(client);
    if (server === undefined) expect(finding?.fault).toBe("caller");
    expect(finding?.remedy.server ?? "").toMatch(server ?? /^$/);
  });
});

test("an intermediate that was given as an anchor is not called a root that need not be sent", () => {
  const { leaf, intermediate } = mintChain();
  if (intermediate === undefined) throw new Error("The normal chain has an intermediate.");
  const noted = (anchor: Minted, ...more: readonly Minted[]): string => {
    const certificates = [intermediate, ...more].map(({ certificate }) => certificate);
    const verdict = ask(leaf, { anchors: [anchorOf(anchor)], intermediates: certificates });
    const chain = [leaf, intermediate, ...more].map(({ certificate }) => ({
      certificate,
      fingerprint: "00",
    }));
    const trust = visit.trust && { ...visit.trust, at: noon, chain, verdict };
    return diagnose(evidenceOf({ trust })).notes.join(" ");
  };
  expect(noted(intermediate)).not.toMatch(/root is sent along|not needed/);
});
