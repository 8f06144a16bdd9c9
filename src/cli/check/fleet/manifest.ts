/**
 * The manifest of a fleet: which firmwares are in the field, with which CA files, and whom they talk to. It is read
 * strictly: whatever is not known or not of its type is named with its place, such as `firmwares[2].bundle`.
 */
import { dirname, isAbsolute, join } from "node:path";
import { type Bundle, type BundleFile, readBundle } from "../../../bundle/index.ts";
import { deviceNames, type DeviceProfile, devices, isDeviceName } from "../../../device/index.ts";
import { readCertificates } from "../../certificates/read.ts";
import { type Shape, parseShape, Unshaped } from "../../devices/files/shape.ts";
import { collectUrls } from "../../devices/meet/targets.ts";
import { exitCode } from "../../frame/exit-codes.ts";
import { CommandError } from "../../frame/failure.ts";
import { readInput } from "../../frame/files.ts";
import { askNearest } from "../../frame/nearest.ts";
import type { ClientIdentity } from "../../identity/read.ts";
import { bundleFolderFiles, fleetEndpoints, fleetFirmwares, fleetManifestBytes } from "../../limits.ts";
import { openBundle, openPart } from "../bundle-files.ts";

/** What one release of a device has and does. */
export interface Firmware {
  readonly name: string;
  readonly profile: DeviceProfile;
  /** Its CA files as they were found: from the manifest's folder. */
  readonly paths: readonly string[];
  /** Every file that was read for it: those, and the client certificates. */
  readonly read: readonly string[];
  readonly bundle: Bundle;
  /** Whom it talks to, each once. */
  readonly endpoints: readonly string[];
  /** The certificate that it shows to each endpoint, by endpoint; without its key. */
  readonly identities: ReadonlyMap<string, ClientIdentity>;
  /** Through when it has to reach them, where the manifest says so. */
  readonly untilAt: number | undefined;
  /** How many devices run it. */
  readonly count: number | undefined;
}

const schema = 1;
const fleetKeys = ["schema", "firmwares"];
const firmwareKeys = ["name", "device", "bundle", "endpoints", "clientCertificate", "until", "count"];
const endpointKeys = ["url", "clientCertificate"];

/** The firmwares, their bundles read. Throws a `CommandError` that names the place of what is wrong. */
export async function readFleet(file: string, signal: AbortSignal): Promise<readonly Firmware[]> {
  const text = await readInput(file, {
    what: "The manifest",
    most: fleetManifestBytes,
    signal,
    hint: "`meerkat check --help` shows what a manifest holds.",
  });
  try {
    const all = parseShape(text.toString()).only(fleetKeys);
    const found = all.at("schema").number();
    if (found !== schema) throw new Unshaped(`schema is ${found}, and this version reads ${schema}`);
    const list = all.at("firmwares").list();
    if (list.length === 0) throw all.at("firmwares").wrong("is empty");
    if (list.length > fleetFirmwares.value)
      throw all.at("firmwares").wrong(`has ${list.length} firmwares, more than ${fleetFirmwares.value}`);
    const firmwares: Firmware[] = [];
    const endpoints = new Set<string>();
    for (const one of list) {
      const firmware = await readFirmware(one, { folder: dirname(file), signal });
      if (firmwares.some(({ name }) => name === firmware.name))
        throw one.at("name").wrong("is another firmware's name, too");
      firmwares.push(firmware);
      for (const endpoint of firmware.endpoints) endpoints.add(endpoint);
      if (endpoints.size > fleetEndpoints.value)
        throw one.at("endpoints").wrong(`brings the fleet to more than ${fleetEndpoints.value} endpoints`);
    }
    return firmwares;
  } catch (error) {
    if (!(error instanceof Unshaped)) throw error;
    throw new CommandError(`The manifest "${file}" cannot be used: ${error.message}.`);
  }
}

interface ManifestPlace {
  readonly folder: string;
  readonly signal: AbortSignal;
}

function inFolder({ at, value }: TextAt, folder: string): TextAt {
  return { at, value: isAbsolute(value) ? value : join(folder, value) };
}

async function readFirmware(shape: Shape, { folder, signal }: ManifestPlace): Promise<Firmware> {
  shape.only(firmwareKeys);
  const name = shape.at("name").text();
  if (name.trim() === "") throw shape.at("name").wrong("is empty");
  const files = textsOf(shape.at("bundle")).map((one) => inFolder(one, folder));
  const place = { folder, signal };
  const usual = await readCertificate(shape.find("clientCertificate"), place);
  const named = await readEndpoints(shape.at("endpoints"), place);
  const identities = [...named].flatMap(([endpoint, own = usual]) =>
    own === undefined ? [] : [[endpoint, own] as const],
  );
  const paths = files.map(({ value }) => value);
  return {
    name,
    profile: readDevice(shape.at("device")),
    paths,
    read: [...paths, ...[usual, ...named.values()].flatMap((one) => (one === undefined ? [] : [one.file]))],
    bundle: await readCaFiles(files, signal),
    endpoints: [...named.keys()],
    identities: new Map(identities),
    untilAt: shape.find("until")?.day(),
    count: shape.find("count")?.count(),
  };
}

interface TextAt {
  readonly at: Shape;
  readonly value: string;
}

/** One text, or a list of them with one at least. */
function textsOf(shape: Shape): readonly TextAt[] {
  return listOf(shape).map(textAt);
}

/** The one, or each of a list with one at least. */
function listOf(shape: Shape): readonly Shape[] {
  const list = shape.isList() ? shape.list() : [shape];
  if (list.length === 0) throw shape.wrong("is empty");
  return list;
}

function textAt(at: Shape): TextAt {
  const value = at.text();
  if (value === "") throw at.wrong("is empty");
  return { at, value };
}

function readDevice(shape: Shape): DeviceProfile {
  const name = shape.text();
  if (isDeviceName(name)) return devices[name];
  throw shape.wrong(
    `is "${name}", which is not a device. ${askNearest(name, deviceNames)}The devices are ${deviceNames.join(", ")}`,
  );
}

async function readCaFiles(files: readonly TextAt[], signal: AbortSignal): Promise<Bundle> {
  const parts: BundleFile[] = [];
  const [, ...more] = files;
  const beyond = more[bundleFolderFiles.value - 1];
  if (beyond !== undefined) throw beyond.at.wrong(`is one file more than ${bundleFolderFiles.value}`);
  for (const { at, value } of files) {
    try {
      if (files.length === 1) return await openBundle(value, signal);
      parts.push(await openPart(value, signal));
    } catch (error) {
      throw placed(at, error);
    }
  }
  return readBundle(parts);
}

/** Each endpoint once, with the certificate of its own where it has one: `"URL"`, or `{ "url": ..., "clientCertificate": ... }`. */
async function readEndpoints(
  shape: Shape,
  place: ManifestPlace,
): Promise<ReadonlyMap<string, ClientIdentity | undefined>> {
  const found = new Map<string, ClientIdentity | undefined>();
  for (const one of listOf(shape)) {
    const { at, value } = textAt(one.isRecord() ? one.only(endpointKeys).at("url") : one);
    const own = one.isRecord() ? await readCertificate(one.find("clientCertificate"), place) : undefined;
    try {
      for (const url of await collectUrls([value])) {
        if (found.has(url) && found.get(url)?.file !== own?.file)
          throw at.wrong("is named before, with another client certificate");
        found.set(url, own);
      }
    } catch (error) {
      throw placed(at, error);
    }
  }
  return found;
}

/** A client's certificate with its chain. A key in the file is not looked at. */
async function readCertificate(
  shape: Shape | undefined,
  { folder, signal }: ManifestPlace,
): Promise<ClientIdentity | undefined> {
  if (shape === undefined) return undefined;
  const { at, value: file } = inFolder(textAt(shape), folder);
  try {
    const { certificates } = await readCertificates(file, { signal });
    return {
      file,
      certificates: certificates.map(({ certificate }) => certificate),
      isWhole: true,
      keyMatches: undefined,
      shown: undefined,
    };
  } catch (error) {
    throw placed(at, error);
  }
}

/** What another reader refuses, at its place in the manifest. */
function placed(shape: Shape, error: unknown): unknown {
  if (!(error instanceof CommandError)) return error;
  const { message } = shape.wrong(`cannot be used: ${error.message}`);
  const { hint } = error;
  return new CommandError(message, {
    ...(hint === undefined ? {} : { hint }),
    exitCode: error.exitCode === exitCode.readFailed ? exitCode.readFailed : exitCode.usage,
  });
}
