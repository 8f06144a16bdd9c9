/**
 * The roots that are believed where nobody names any: Mozilla's; and the system's beside them, or in their place, where
 * whoever started the program said so to its runtime. What a program's own code does to Node's default list has no effect
 * here. Each is said in the trust report: docs/decisions/0021-switches-of-the-runtime.md.
 */
import { HttpsError, isWithheld, ownValue } from "../../core/index.ts";
import { rootSwitchOf, type RootSwitch, type Runtime } from "../../runtime/index.ts";
import type { RootStore, TrustNote } from "../../trust/index.ts";
import { laterTls } from "./machine.ts";
import { bodyOf, carriedRoots, extraRoots, isMozillaRoot, mozillaRoots } from "./mozilla.ts";
import { deniedNotes, type RootsEnvironment } from "./environment.ts";
import { readOpensslRoots, readSystemRoots } from "./system.ts";

/** @throws HttpsError `system-store-missing` where the system's roots are to replace Mozilla's, and there are none */
export function openDefaultRoots(environment: RootsEnvironment, runtime: Runtime): RootStore {
  const inForce = switchInForce(environment, runtime);
  const extra = extraRoots(environment);
  const base = inForce === undefined ? mozillaStore() : switchedStore(inForce, environment);
  return {
    roots: [...base.roots, ...extra.roots],
    notes: [
      ...base.notes,
      ...deniedNotes(environment, switchVariables(runtime)),
      ...extra.notes,
      ...changeNotes(inForce),
    ],
  };
}

/** Whether the list that the runtime believes by default is still Mozilla's, so that it can stand for ours. */
export function isDefaultMozillas(environment: RootsEnvironment, runtime: Runtime): boolean {
  return switchInForce(environment, runtime) === undefined && isDefaultChanged(undefined) === false;
}

function switchVariables({ rootSwitches }: Runtime): readonly (keyof RootsEnvironment)[] {
  return [
    ...new Set(rootSwitches.flatMap(({ variable }) => variable?.name ?? [])),
  ] as (keyof RootsEnvironment)[];
}

function mozillaStore(): RootStore {
  return { roots: mozillaRoots(), notes: [] };
}

function switchedStore({ written, effect }: RootSwitch, environment: RootsEnvironment): RootStore {
  if (effect === "replaces") {
    const { roots, notes } = readOpensslRoots(environment);
    const sentence = `${written} is set: the roots of this system's store are believed, and those that Node carries are not.`;
    return { roots, notes: [{ about: "store", sentence }, ...notes] };
  }
  try {
    const system = readSystemRoots(environment);
    const more = system.roots.filter(({ certificate, origin }) => !isMozillaRoot(certificate, origin));
    const sentence = `${written} is set: the roots of this system's store are believed beside those that Node carries; ${more.length} of them are not Mozilla's.`;
    return { roots: [...mozillaRoots(), ...more], notes: [{ about: "store", sentence }, ...system.notes] };
  } catch (error) {
    if (!(error instanceof HttpsError)) throw error;
    const sentence = `${written} is set and has no effect: ${error.message}`;
    return { roots: mozillaRoots(), notes: [{ about: "store", sentence }] };
  }
}

function switchInForce(environment: RootsEnvironment, { rootSwitches }: Runtime): RootSwitch | undefined {
  const options = (ownValue(environment, "NODE_OPTIONS") ?? "").split(/\s+/);
  return rootSwitchOf(rootSwitches, {
    variable: (name) => ownValue(environment as Readonly<Record<string, string | undefined>>, name),
    options: [...options, ...process.execArgv],
  });
}

function changeNotes(inForce: RootSwitch | undefined): readonly TrustNote[] {
  if (isDefaultChanged(inForce) !== true) return [];
  const sentence =
    "Node's default list of roots was changed in this process (by tls.setDefaultCACertificates, or a configuration file): that has no effect here, where the roots are an option of the client's.";
  return [{ about: "store", sentence }];
}

/** Whether Node's default list holds what none of its sources does, or lacks what it carries; `undefined` where it may not be seen. */
function isDefaultChanged(inForce: RootSwitch | undefined): boolean | undefined {
  try {
    return compareDefault(inForce);
  } catch (error) {
    if (isWithheld(error)) return undefined;
    throw error;
  }
}

function compareDefault(inForce: RootSwitch | undefined): boolean | undefined {
  const { getCACertificates, setDefaultCACertificates } = laterTls;
  if (getCACertificates === undefined || setDefaultCACertificates === undefined) return false;
  const list = getCACertificates("default");
  if (list === seen?.list && inForce === seen.inForce) return seen.isChanged;
  const carried = carriedRoots();
  if (carried === undefined) return undefined;
  const sources = [carried, getCACertificates("extra")];
  if (inForce !== undefined) sources.push(getCACertificates("system"));
  const isChanged = !isMadeOf(list, sources, inForce?.effect === "replaces" ? [] : carried);
  seen = { list, inForce, isChanged };
  return isChanged;
}

let seen:
  | {
      readonly list: readonly string[];
      readonly inForce: RootSwitch | undefined;
      readonly isChanged: boolean;
    }
  | undefined;

/** Whether nothing is in the list but what is in the sources, and all of `needed` is in it. */
function isMadeOf(
  list: readonly string[],
  sources: readonly (readonly string[])[],
  needed: readonly string[],
): boolean {
  const given = new Set(list.map(bodyOf));
  const known = new Set(sources.flat().map(bodyOf));
  return [...given].every((one) => known.has(one)) && needed.every((one) => given.has(bodyOf(one)));
}
