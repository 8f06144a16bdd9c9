/** What certificates are called among others: by their names, with what tells those apart that have one name. */
import { attributeValues, type Name } from "./name.ts";

const unitOid = "2.5.4.11";
const organisationOid = "2.5.4.10";

/** Something of a name, and what else tells it from others: a key identifier, in hexadecimal. */
export interface Named {
  readonly subject: Name;
  readonly keyId: string;
}

/**
 * A name for each, in their order. Where several have the same, the unit (OU) or the organisation stands behind it, if
 * it tells all of them apart, else the first digits of the key identifier. What has one key too has one name.
 */
export function namesApart(all: readonly Named[]): readonly string[] {
  const groups = new Map<string, Named[]>();
  for (const one of all) {
    const { display } = one.subject;
    const known = groups.get(display);
    if (known === undefined) groups.set(display, [one]);
    else known.push(one);
  }
  const tellers = new Map([...groups].map(([display, group]) => [display, tellerOf(group)]));
  return all.map((one) => {
    const { display } = one.subject;
    const teller = tellers.get(display)?.(one);
    const shown = display === "" ? "(empty name)" : display;
    return teller === undefined ? shown : `${shown} (${teller})`;
  });
}

type Teller = (one: Named) => string | undefined;

function tellerOf(group: readonly Named[]): Teller {
  const keys = new Set(group.map(({ keyId }) => keyId));
  if (keys.size === 1) return () => undefined;
  const byAttribute = [unitOid, organisationOid].map(
    (oid): Teller =>
      ({ subject }) =>
        attributeValues(subject, oid).at(-1),
  );
  const tells = (teller: Teller): boolean => {
    const values = new Map(group.map((one) => [one.keyId, teller(one)]));
    return ![...values.values()].includes(undefined) && new Set(values.values()).size === keys.size;
  };
  return byAttribute.find(tells) ?? (({ keyId }) => `key ${keyId.slice(0, 8)}`);
}
