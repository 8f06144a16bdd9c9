/** Why a site is served by none of the roots that were chosen for a device. */
import { renderList } from "../../core/index.ts";
import { type Choice, type FormatName, lookUpName } from "../../bundle/index.ts";
import {
  type CandidateSetting,
  findCandidates,
  findPath,
  refuseAnchor,
  type StoreRoot,
} from "./candidates.ts";
import type { VisitedSite } from "../request.ts";
import { type DeviceVerdict, refuse, type Refusal } from "../verdict.ts";
import { verifyOnDevice } from "../verify-as.ts";

/** The store, what of it the device can hold in this format, and what was chosen. */
export interface ChoiceMade extends CandidateSetting {
  readonly roots: readonly StoreRoot[];
  readonly usable: readonly StoreRoot[];
  readonly format: FormatName;
  readonly choice: Choice;
}

/**
 * What keeps the root away that it needs: another root of its name, or that the device cannot hold it. Else the
 * device's own reason; where it accepts what a full validation does not, that it is not trusted.
 */
export function whyUnserved(visited: VisitedSite, made: ChoiceMade): DeviceVerdict {
  const known = findTaken(visited, made) ?? findUnusable(visited, made);
  if (known !== undefined) return refuse(known);
  const { profile, usable, at, ports } = made;
  const { name, chain } = visited;
  const anchors = usable.map(({ anchor }) => anchor);
  const verdict = verifyOnDevice(profile, { chain, name, at, anchors }, ports);
  return verdict.accepts ? refuse({ code: "not-trusted", library: "a full validation refuses it" }) : verdict;
}

const library = "the root was not given to it";

/** It would serve, alone: so another root of its name was chosen for other sites. */
function findTaken(visited: VisitedSite, made: ChoiceMade): Refusal | undefined {
  const { usable, choice } = made;
  const [candidate] = findCandidates(visited, usable, made);
  const rootOf = (id: string | undefined): StoreRoot | undefined =>
    usable.find(({ fingerprint }) => fingerprint === id);
  const root = rootOf(candidate?.anchor)?.certificate;
  if (root === undefined) return undefined;
  const { fileRules } = made.profile;
  const name = lookUpName(root.subject, fileRules);
  const value = renderList(
    choice.anchors.flatMap(({ anchor, sites }) => {
      const chosen = rootOf(anchor)?.certificate;
      return chosen !== undefined && lookUpName(chosen.subject, fileRules) === name ? sites : [];
    }),
  );
  return { code: "name-taken", certificate: root, value, library };
}

function findUnusable(visited: VisitedSite, made: ChoiceMade): Refusal | undefined {
  const { roots, profile, format } = made;
  for (const root of roots) {
    const { certificate } = root;
    const value = refuseAnchor(profile, format, certificate);
    if (value === undefined || findPath(visited, root, made) === undefined) continue;
    return { code: "unusable-root", certificate, value, library };
  }
  return undefined;
}
