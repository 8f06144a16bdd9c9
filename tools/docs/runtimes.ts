/** Writes `docs/runtimes.md` from the facts of each runtime, and from what the lab's sites come to there. */
import { runtimes, type Runtime, type Sight } from "../../src/runtime/index.ts";
import { table } from "./markdown-table.ts";
import { programParts } from "./runtime-programs.ts";
import { ledger, uncheckedSignatures } from "../../interop/runtimes/ledger.ts";

/** What each sight is, and what Meerkat does without it. */
const sights: Readonly<Record<Sight, readonly [what: string, without: string]>> = {
  staple: [
    "the OCSP response that a server staples",
    'Revocation is not checked by it, and the report says so. `revocation: "stapled"` is refused. A certificate that demands a staple is refused as `revocation-unknown`. CRLs (`crls`) are checked as ever.',
  ],
  sentChain: [
    "the chain exactly as sent",
    "The engine judges what the runtime shows: what came, in its order, and behind it a root from the store. `meerkat why` and `inspect` read the wire where they can, and else say that the chain is completed.",
  ],
  refusedChain: [
    "the chain that its TLS refuses",
    "The server is asked once more, without a client certificate and with nothing sent within TLS, so that the error can name the rule. The refusal stands, whatever is shown then. Where nothing is: `chain-not-shown`.",
  ],
  closeNotify: [
    "close_notify",
    'A body without length and chunks is `completeness: "unverifiable"`, never `complete`. Bodies with either are held to it as on Node.',
  ],
  reset: ["a reset, apart from an end", "A handshake that was reset is `handshake-closed`."],
  wireBytes: ["bytes on the wire during a handshake", "The errors of a handshake count none."],
  certificateRequest: [
    "whether the server asked for a client certificate",
    '`connection.clientCertificate` is `"unseen"`. Certificates are sent where they are asked for.',
  ],
  earlyVerdict: [
    "the verdict of its TLS before a handshake ends",
    "`meerkat why` and `inspect` with a client certificate hold it back below TLS 1.3, and refuse: `verdict-not-shown`.",
  ],
  sessions: ["TLS sessions", "Every connection has a whole handshake."],
  keyLog: [
    "the secrets of a handshake (`keylog`)",
    "`meerkat why` and `inspect` read TLS 1.3 only up to the ServerHello, and say what they did not see.",
  ],
  group: ["the group of the key exchange", "`connection.group` is undefined."],
};

export function renderRuntimes(): string {
  return `${[
    "# Runtimes",
    "Meerkat is made for Node, and runs on Bun and Deno through their `node:tls`, which shows less. Nothing is admitted that both keys did not accept: the runtime's own TLS is the first, Meerkat's engine the second, everywhere. What a runtime does not show is said to be unseen (`response.trust.unseen`, `Cannot be seen here` in `explain()`), and an option whose promise cannot be kept there is refused.",
    "Each line was found by running the runtime, and `interop/runtimes` holds it to that, in both directions.",
    table(
      ["", ...runtimes.map(({ name }) => name)],
      [
        ["first key", ...runtimes.map(({ library }) => library)],
        ["run with", ...runtimes.map(({ run }) => run.versions.join(", "))],
        ["on", ...runtimes.map(({ run }) => run.on)],
        ...Object.entries(sights).map(([sight, [what]]) => [
          what,
          ...runtimes.map(({ shows }) => (shows[sight as Sight] ? "shown" : "not shown")),
        ]),
        ["`ciphers` limits", ...runtimes.map(ciphersOf)],
        [
          "heeds, and names in the report",
          ...runtimes.map(({ rootSwitches }) =>
            rootSwitches.map(({ written }) => `\`${written}\``).join(", "),
          ),
        ],
        [
          "signatures of certificates that cannot be checked: `signature-unchecked`",
          ...runtimes.map(({ name }) => uncheckedSignatures[name].says),
        ],
        [
          "asks as a device would (`ca`, `check URL`, `example`)",
          ...runtimes.map(({ offersForOthers }) => (offersForOthers ? "yes" : "no")),
        ],
        [
          "its `undici` asks a `MeerkatDispatcher`",
          ...runtimes.map(({ asksDispatchers }) =>
            asksDispatchers ? "yes" : "no: making one is `runtime-unfit`",
          ),
        ],
      ],
    ),
    "Versions before those are not known to work; where one lacks something that is needed, the error is `runtime-unfit`.",
    "## Without it",
    table(
      ["what is not shown", "what Meerkat does"],
      Object.values(sights).map((pair) => [...pair]),
    ),
    "`ca`, `example` and `check` with URLs ask each server with the device's own hello, which neither Bun nor Deno can offer: they end with `runtime-unfit`. `check BUNDLE` alone works everywhere.",
    '`roots: "mozilla"` means the roots that the runtime carries. Switches for other roots count where none are named (decision 21). `NODE_TLS_REJECT_UNAUTHORIZED=0` and Deno\'s `--unsafely-ignore-certificate-errors` let nobody in.',
    "On a socket of the caller's (`startTls`) the server cannot be asked once more either: a chain that Bun's or Deno's TLS refuses there is `chain-not-shown`.",
    ...programParts,
    "## Sites of the lab that come to another outcome",
    siteTable(),
  ].join("\n\n")}\n`;
}

function siteTable(): string {
  return table(
    ["site", "Bun", "Deno", "why"],
    [...new Set([...Object.keys(ledger.Bun), ...Object.keys(ledger.Deno)])].toSorted().map((site) => {
      const rows = [ledger.Bun[site], ledger.Deno[site]];
      const why = [...new Set(rows.flatMap((row) => row?.why ?? []))].join("; ");
      return [
        `\`${site}\``,
        ...rows.map((row) => (row === undefined ? "as on Node" : `\`${row.ours}\``)),
        why,
      ];
    }),
  );
}

function ciphersOf({ ciphers }: Runtime): string {
  if (ciphers === "none") return "nothing: refused";
  return ciphers === "all" ? "all suites" : "suites below TLS 1.3; others are refused";
}
