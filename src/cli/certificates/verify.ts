/** `meerkat verify`: the trust engine's verdict on a chain in a file, offline. */
import { isIP } from "node:net";
import type { Command } from "commander";
import {
  explainObstacle,
  mendObstacle,
  parseUrl,
  type OpensslObstacle,
  showControls,
} from "../../core/index.ts";
import { anchorsOf, openRoots, trustPorts } from "../../admission/index.ts";
import {
  explainRejection,
  explainVerdict,
  findObstacle,
  peerNameOf,
  renderAnchorSource,
  verify,
  type Attempt,
  type Purpose,
  type Rejection,
  type TrustAnchor,
  type Verdict,
} from "../../trust/index.ts";
import type { SettingNames } from "../../core/index.ts";
import { fingerprint, type Certificate } from "../../x509/index.ts";
import { sha256 } from "./describe.ts";
import { readCertificates } from "./read.ts";
import { completeArguments } from "../frame/completions.ts";
import type { Context } from "../frame/context.ts";
import { anyEndings, exitCode } from "../frame/exit-codes.ts";
import { CommandError } from "../frame/failure.ts";
import {
  choice,
  date,
  fileName,
  json,
  needed,
  onFlags,
  repeated,
  withDefault,
  type FlagsOf,
} from "../frame/flags.ts";
import { profileFlag } from "../frame/shared-flags.ts";
import { endsWith, renderExamples } from "../frame/help.ts";
import { wrapText } from "../frame/layout.ts";
import { readSources } from "../frame/root-sources.ts";
import type { Output } from "../frame/output.ts";

const purposes: readonly Purpose[] = ["server", "client"];
const flagList = [
  needed(
    repeated("-a, --anchors <store>", 'whom to trust: files, "mozilla" or "system"', {
      ...fileName,
      words: ["mozilla", "system"],
    }),
  ),
  repeated(
    "-n, --name <host>",
    "what the leaf has to name: hosts or addresses; may be left out for a client's certificate",
    { read: parseName, takes: "It takes a host or an address, without a scheme, a port or a path." },
  ),
  date("--at <date>", "the moment, as 2029-01-31 or 2029-01-31T12:00:00Z; now when left out"),
  profileFlag,
  withDefault(choice("--purpose <role>", "what the leaf is for", purposes), "server"),
  json(),
];
type Flags = FlagsOf<typeof flagList>;

const examples = [
  "meerkat verify --anchors ca.pem --name example.com chain.pem",
  "meerkat verify -a mozilla -n example.com --at 2029-01-31 chain.pem",
];

export function defineVerify(command: Command, context: Context): void {
  const { out, env, exit } = context;
  command
    .argument("<chain>", "a file, or - for stdin: the leaf first, then whatever the server sends with it")
    .addHelpText("after", () => renderExamples(examples));
  completeArguments(command, { files: true });
  endsWith(command, context, {
    ...anyEndings,
    0: "it is trusted",
    26: true,
    60: "it is not trusted",
    77: true,
  });
  onFlags(command, flagList, async (flags, file: string) => {
    const names = readNames(flags).map(peerNameOf);
    const { stdin, signal } = context;
    const { certificates, oddities } = await readCertificates(file, { hint: hintFor(file), stdin, signal });
    const [leaf, ...intermediates] = certificates.map(({ certificate }) => certificate);
    if (leaf === undefined) return;
    const store = openRoots(await readSources(flags.anchors, signal), env);
    const anchors = anchorsOf(store);
    const at = flags.at ?? Date.now();
    const { purpose, profile } = flags;
    const verdict = verify({ leaf, intermediates, anchors, names, at, purpose, profile }, trustPorts);
    if (!verdict.trusted) exit(exitCode.untrusted);
    const explained = explainInFlags(verdict, flags, context.names());
    const obstacle = verdict.trusted
      ? findObstacle({ path: verdict.path, sent: [leaf, ...intermediates], anchors, at }, trustPorts)
      : undefined;
    const notes = [...oddities, ...store.notes.map(({ sentence }) => sentence)];
    if (flags.json === true) {
      const openssl = describeObstacle(obstacle);
      out.json({ ...describeVerdict(verdict, at, explained), openssl, notes });
    } else {
      const warnings = obstacle === undefined ? [] : warnOf(obstacle);
      const said = [explained, ...warnings].join("\n");
      out.lines(...renderVerdict(verdict, said, out), ...notes.map(showControls));
    }
  });
}

function hintFor(file: string): string | undefined {
  return /^https?:\/\//i.test(file)
    ? `A chain is verified from a file, offline; to ask the server: meerkat why ${file}`
    : undefined;
}

/** Hosts to compare. A client's certificate need not name a host (RFC 5280 §4.2.1.12). */
function readNames({ name = [], purpose }: Flags): readonly string[] {
  if (name.length === 0 && purpose === "server") {
    throw new CommandError('Option "-n, --name <host>" has to be given.', {
      hint: "A certificate of a client (--purpose client) needs none.",
    });
  }
  return name;
}

/** A host as it can stand in a URL, or an address. */
function parseName(text: string): string | undefined {
  const address = text.replace(/^\[(.*)\]$/, "$1");
  if (isIP(address) !== 0) return address;
  return !/[/?#@:\\]/.test(text) && parseUrl(`https://${text}/`).ok ? text : undefined;
}

/** The verdict's sentences, in this command's flags, and with the moment as what it is. */
function explainInFlags(verdict: Verdict, { at }: Flags, names: SettingNames): string {
  const code = verdict.trusted ? undefined : verdict.primary.code;
  return explainVerdict(verdict, {
    names,
    ...(at !== undefined && (code === "expired" || code === "not-yet-valid")
      ? { hint: "The moment is the one that --at gives; this machine's clock was not asked." }
      : {}),
  });
}

function renderVerdict(verdict: Verdict, explained: string, { style, width }: Output): string[] {
  const headline = verdict.trusted
    ? style.green("Trusted.")
    : style.red(`Not trusted: ${verdict.primary.code}.`);
  return [
    headline,
    ...explained.split("\n").flatMap((sentence) => wrapText(showControls(sentence), { width })),
  ];
}

/** That clients made with OpenSSL, this program's connections among them, refuse what the engine trusts. */
function warnOf(obstacle: OpensslObstacle): readonly string[] {
  const mend = mendObstacle(obstacle);
  return [
    "With these roots, clients that use OpenSSL (Python, Node, most builds of curl; meerkat get too, which asks both) will refuse it all the same.",
    explainObstacle(obstacle),
    ...(mend === undefined ? [] : [mend]),
  ];
}

/** `null` where nothing is known to stand in OpenSSL's way. */
function describeObstacle(obstacle: OpensslObstacle | undefined): object | null {
  return obstacle === undefined ? null : { ...obstacle, message: explainObstacle(obstacle) };
}

function describeVerdict(verdict: Verdict, at: number, explained: string): object {
  const common = { schema: 1, ok: verdict.trusted, at: new Date(at).toISOString() };
  if (verdict.trusted) {
    const { certificates, anchor, profile, names, revocation } = verdict.path;
    const path = certificates.map(describe);
    return {
      ...common,
      exitCode: exitCode.ok,
      profile,
      names,
      path,
      anchor: describeAnchor(anchor),
      revocation,
      explained,
    };
  }
  const { primary, tried, omitted, needs } = verdict;
  const refusal = { error: describeRejection(primary), tried: tried.map(describeAttempt), omitted, needs };
  return { ...common, exitCode: exitCode.untrusted, ...refusal, explained };
}

function describeAttempt({ certificates, anchor, rejection, others }: Attempt): object {
  return {
    path: certificates.map(describe),
    anchor: anchor === undefined ? null : describeAnchor(anchor),
    rejection: describeRejection(rejection),
    others: others.map(describeRejection),
  };
}

function describeRejection(rejection: Rejection): object {
  return { ...rejection, message: explainRejection(rejection) };
}

function describe(certificate: Certificate): object {
  return { subject: certificate.subject.text, sha256: fingerprint(certificate, sha256) };
}

function describeAnchor({ subject, source }: TrustAnchor): object {
  return { subject: subject.text, source: renderAnchorSource(source) };
}
