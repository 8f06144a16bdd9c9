/** From a command line to its transfers: each URL with the output and the upload that belong to it, read before any connection. */
import { basename, join } from "node:path";
import { Client, type RequestOptions } from "../../client/index.ts";
import { HttpsError, parseUrl, showControls } from "../../core/index.ts";
import type { Context } from "../frame/context.ts";
import { exitCode } from "../frame/exit-codes.ts";
import { CommandError } from "../frame/failure.ts";
import { checkOverwriting, passFile } from "../frame/overwriting.ts";
import { lineOptions, originOptions } from "./client-options.ts";
import { readCondition, renderCondition, type Condition } from "./condition.ts";
import type { Cookies, SharedCookies } from "./cookies.ts";
import { findAuthentication, readCertName } from "./credentials.ts";
import { cookieFiles, formatFile } from "./flags/named-files.ts";
import type { GetFlags } from "./flags/table.ts";
import { namesNoFile } from "./file-name.ts";
import type { GlobbedUrl } from "./line/globs.ts";
import { checkScheme } from "./line/schemes.ts";
import type { Given, Group } from "./line/read-words.ts";
import { refuseUnmetFlags } from "./line/unmet.ts";
import type { Login } from "./logins.ts";
import { openWays } from "./open-ways.ts";
import { askFor, filesOfBody, methodFor, readCommon, takeLogin, type Asked, type Common } from "./request.ts";
import { findResumption, type Resumption } from "./resume.ts";
import { hasField } from "./send/fields.ts";
import { trustVariable, withTrustVariables } from "./trust-variables.ts";
import type { Ways } from "./ways.ts";
import type { WriteOut } from "./write-out.ts";

/** What the URLs between two `--next` have in common. */
export interface Session {
  readonly flags: GetFlags;
  readonly client: Client;
  readonly cookies: Cookies;
  readonly writeOut: WriteOut | undefined;
  readonly condition: Condition | undefined;
  /** Where --connect-to leads, and what a PAC file says. */
  readonly ways: Ways | undefined;
}

/** One URL, and everything that was asked of it. */
export interface Plan {
  readonly session: Session;
  readonly flags: GetFlags;
  /** As it was typed; without what stood before its host. */
  readonly url: string;
  /** Its place among all, from 0. */
  readonly index: number;
  readonly asked: Asked;
  /** For the first origin alone. */
  readonly atHome: RequestOptions;
  /** Where the body goes; `undefined` for stdout. */
  readonly file: string | undefined;
  /** Whether the server may choose another name for it. */
  readonly mayBeRenamed: boolean;
  readonly resumption: Resumption | undefined;
}

type Machine = Pick<Context, "stdin" | "signal" | "env" | "err">;

/** What came before a group. */
interface Place {
  /** The place of its first URL. */
  readonly first: number;
  readonly cookies: SharedCookies;
  /** What was said that is said once. */
  readonly told: Set<string>;
  readonly asCurl: boolean;
}

/** The transfers of a group. */
export async function planGroup(
  group: Group,
  { first, cookies: shared, told, asCurl }: Place,
  machine: Machine,
): Promise<readonly Plan[]> {
  const flags: GetFlags = { ...group.values, asCurl };
  const typed = { flags, given: group.given };
  refuseUnmetFlags(flags);
  const targets = await targetsOf(typed);
  if (targets.length === 0) throw new CommandError("There is no URL.", { hint: hintWithoutUrl(flags) });
  await checkOutputs(targets, typed);
  const writeOut =
    flags.writeOut === undefined
      ? undefined
      : await (await import("./write-out.ts")).readWriteOut(flags.writeOut, machine);
  const condition = flags.timeCond === undefined ? undefined : await readCondition(flags.timeCond);
  const common = await readCommon(typed, machine);
  const { style } = machine.err;
  for (const one of common.complaints)
    machine.err.lines(`${style.yellow("note:")} ${showControls(one)}, and is not sent`);
  const logins = await loginsOf(flags, machine);
  const cookies = await cookiesOf(flags, shared, machine);
  await addConditions(common, { flags, condition, cookies }, machine);
  tellOfVariable(flags, targets, { told, machine });
  const options = await lineOptions({ flags: withTrustVariables(flags, machine.env), ...machine });
  const ways = await openWays(flags, options, machine);
  const client = new Client(options);
  const session: Session = { flags, client, cookies, writeOut, condition, ways };
  const plans: Plan[] = [];
  for (const target of targets)
    plans.push(await planOne(target, { session, common, logins, index: first + plans.length, machine }));
  return plans;
}

/** Whom to trust is said where somebody else than the command line says it. */
function tellOfVariable(
  flags: GetFlags,
  targets: readonly TargetUrl[],
  { told, machine: { env, err } }: { readonly told: Set<string>; readonly machine: Machine },
): void {
  const variable = trustVariable(flags, env);
  const isHeard = flags.silent !== true && targets.some(({ url }) => !/^http:/i.test(url));
  if (variable === undefined || !isHeard || told.has(variable.name)) return;
  told.add(variable.name);
  err.lines(`${err.style.yellow("note:")} ${variable.name} is set: ${variable.does}`);
}

const noCookies: Cookies = { field: undefined, jarFor: () => undefined, save: async () => {} };

async function cookiesOf(flags: GetFlags, shared: SharedCookies, machine: Machine): Promise<Cookies> {
  if (flags.cookie === undefined && flags.cookieJar === undefined) return noCookies;
  return (await import("./cookies.ts")).openCookies(flags, { shared, context: machine });
}

function hintWithoutUrl({ json }: GetFlags): string {
  return json?.some((one) => /^https?:\/\//i.test(one)) === true
    ? "--json takes what is sent, as curl's does; the report in JSON is --report json."
    : "Give one: meerkat get https://example.com/.";
}

/** A URL as it was typed or globbed, and the files that belong to it. */
interface TargetUrl {
  readonly url: string;
  readonly upload: string | undefined;
  readonly output: string | undefined;
  readonly mayBeRenamed: boolean;
}

interface Typed {
  readonly flags: GetFlags;
  readonly given: readonly Given[];
}

/** curl: the first -o or -O is the first URL's, and so on; of -T, too. */
async function targetsOf({ flags, given }: Typed): Promise<readonly TargetUrl[]> {
  const { expandGlobs, fillName } = given.some(({ text }) => /[{}[\]\\#]/.test(text))
    ? await import("./line/globs.ts")
    : plainNames;
  const urls = given.filter(({ name }) => name === "url");
  const outputs = given.filter(({ name }) => name === "output" || name === "remoteName");
  return urls.flatMap(({ text }, index) => {
    const output = outputs[index];
    const isRemote = output?.name === "remoteName" || (output === undefined && flags.remoteNameAll === true);
    const typed = withScheme(text, flags);
    const each = flags.globoff === true ? [{ url: typed, parts: [] }] : expandGlobs(typed);
    const uploads = uploadsOf(flags.uploadFile?.[index], flags, expandGlobs);
    const pairs = uploads.flatMap((upload) => each.map((one) => ({ ...one, upload })));
    return pairs.map(({ url, parts, upload }) => {
      const named = isRemote ? remoteName(url, flags) : output && fillName(output.text, parts);
      const isFile = named !== undefined && !["", "-", "/dev/null"].includes(named);
      const inFolder = isFile && flags.outputDir !== undefined ? join(flags.outputDir, named) : named;
      const mayBeRenamed = isRemote && flags.remoteHeaderName === true;
      return { url, upload, output: inFolder, mayBeRenamed };
    });
  });
}

/** curl(1), --upload-file: `-T "{a,b}"` sends both, one behind the other. */
function uploadsOf(
  upload: string | undefined,
  { globoff }: GetFlags,
  expand: typeof plainNames.expandGlobs,
): readonly (string | undefined)[] {
  if (upload === undefined || globoff === true) return [upload];
  return expand(upload).map(({ url }) => url);
}

/** For a line in which no pattern stands. */
const plainNames = {
  expandGlobs: (url: string): readonly GlobbedUrl[] => [{ url, parts: [] }],
  fillName: (name: string): string => name,
};

/** curl takes http:// for a URL without a scheme; here it has to be said. */
function withScheme(url: string, { protoDefault }: GetFlags): string {
  if (protoDefault === undefined || /^[a-z][a-z0-9+.-]*:\/\//i.test(url)) return url;
  if (protoDefault === "https" || protoDefault === "http") return `${protoDefault}://${url}`;
  throw new CommandError(`--proto-default cannot be "${protoDefault}": URLs here are https:// or http://.`, {
    hint: "Write --proto-default https.",
  });
}

/** What stands behind the last slash, as it stands there: a sign in percent signs is never a part of a path here. */
function remoteName(url: string, { remoteHeaderName }: GetFlags): string {
  const reading = parseUrl(takeLogin(url).url);
  const name = reading.ok ? reading.target.path.replace(/\?.*/s, "").replace(/^.*\//s, "") : "";
  if (name === "-") return "./-"; // -o - is stdout.
  if (name !== "" || !reading.ok) return name || "-"; // The client says what is wrong with the URL.
  if (remoteHeaderName === true) return ""; // The server may have one.
  throw namesNoFile(url);
}

/** Of what is read, only the cookies' own file is written anew: `-b FILE -c FILE`, as scripts keep them. */
async function checkOutputs(targets: readonly TargetUrl[], typed: Typed): Promise<void> {
  const { cacert = [], addCacert = [], roots = [], crlfile = [], cert, key, pass } = typed.flags;
  const { cookieJar, writeOut, netrcFile, dumpHeader } = typed.flags;
  const trusted = [...cacert, ...addCacert, ...roots, ...crlfile, readCertName(cert).file, key];
  const kept = [...trusted, passFile(pass), netrcFile, ...filesOfBody(typed), formatFile(writeOut)];
  const cookies = cookieFiles(typed.flags);
  const outputs = [...targets.map(({ output }) => output), dumpHeader];
  const written = outputs.map((file) => [file, [...kept, ...cookies]] as const);
  for (const [file, read] of [...written, [cookieJar, kept] as const]) {
    // "-" is stdin where it is read, and stdout where it is written.
    if (file === undefined || file === "-" || file === "") continue;
    const inputs = read.filter((one) => one !== "-");
    await checkOverwriting([{ file, isEarlier: () => true }], { inputs, force: false });
  }
}

async function loginsOf(flags: GetFlags, machine: Machine): Promise<readonly Login[]> {
  const { netrc, netrcOptional, netrcFile } = flags;
  if (netrc !== true && netrcOptional !== true && netrcFile === undefined) return [];
  return (await import("./netrc.ts")).readLogins(flags, machine);
}

/** What of the fields depends on files: -z, --etag-compare, cookies that were typed. */
async function addConditions(
  { headers }: Common,
  { flags, condition, cookies }: Pick<Session, "flags" | "condition" | "cookies">,
  { signal }: Machine,
): Promise<void> {
  const preset = (name: string, value: string | undefined): void => {
    if (value !== undefined && !hasField(headers, name)) headers[name] = [value];
  };
  if (condition !== undefined) preset(condition.field, renderCondition(condition));
  if (flags.etagCompare !== undefined) {
    const { readEtag } = await import("./etags.ts");
    preset("If-None-Match", await readEtag(flags.etagCompare, signal));
  }
  preset("Cookie", cookies.field);
}

interface Shared {
  readonly session: Session;
  readonly common: Common;
  readonly logins: readonly Login[];
  readonly index: number;
  readonly machine: Machine;
}

async function planOne(
  target: TargetUrl,
  { session, common, logins, index, machine }: Shared,
): Promise<Plan> {
  const { flags, cookies } = session;
  const { url, login } = takeLogin(target.url);
  if (login !== undefined && flags.disallowUsernameInUrl === true)
    throw new HttpsError("url-credentials", { host: hostOf(url) });
  const scheme = /^http:/i.test(url) ? "http" : "https";
  const unwanted = checkScheme(scheme, flags, "first");
  if (unwanted !== undefined) throw unwanted;
  if (scheme === "http") refuseTunnel(flags);
  const output = await freeName(target.output, flags);
  const resumption = await findResumption(flags, {
    method: methodFor(target.upload, common, flags),
    hasBody: common.body !== undefined || target.upload !== undefined,
    output,
  });
  const asked = await askFor({ url, upload: target.upload, resumption }, common, flags, machine);
  const jar = cookies.jarFor(asked.url);
  const authentication = findAuthentication(flags, { host: hostOf(asked.url), login, logins });
  return {
    session,
    flags,
    url,
    index,
    asked,
    atHome: {
      ...(await originOptions(asked.url, { flags, ...machine })),
      ...(authentication === undefined ? {} : { authentication }),
      ...(jar === undefined ? {} : { cookies: jar }),
    },
    file: output === "-" ? undefined : output,
    mayBeRenamed: target.mayBeRenamed,
    resumption,
  };
}

/** curl(1), --proxytunnel: a proxy of SOCKS is a tunnel by itself; one of HTTP is handed requests for http://. */
function refuseTunnel({ proxytunnel, proxy = "" }: GetFlags): void {
  if (proxytunnel !== true || /^socks/i.test(proxy.trim())) return;
  throw new CommandError(
    "-p (--proxytunnel) is not done for http://: its proxy would be handed the request.",
    {
      hint: "Leave -p out, or ask for https://, which goes through a tunnel always.",
    },
  );
}

function hostOf(url: string): string {
  const reading = parseUrl(url);
  return reading.ok ? reading.target.host : "";
}

/** --no-clobber: `file.1` where `file` is there, and so on (curl(1)). */
async function freeName(
  file: string | undefined,
  { clobber, continueAt }: GetFlags,
): Promise<string | undefined> {
  if (clobber !== false || file === undefined || file === "-" || continueAt !== undefined) return file;
  const { access } = await import("node:fs/promises");
  for (let number = 0; number <= 100; number++) {
    const name = number === 0 ? file : `${file}.${number}`;
    const isFree = await access(name).then(
      () => false,
      () => true,
    );
    if (isFree) return name;
  }
  throw new CommandError(`"${basename(file)}" is there, and so are ${basename(file)}.1 to .100.`, {
    hint: "Give the file another name.",
    exitCode: exitCode.writeFailed,
  });
}
