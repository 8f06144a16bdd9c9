/** Who meets a chain, as a lock records it: without that a chain that the device does not meet would count as lost. */
import { helloVersions, type KeyType } from "../../core/index.ts";
import type { Variant } from "../devices/meet/host-chains.ts";
import type { Shape } from "../devices/files/shape.ts";
import { nameToday } from "./locked-names.ts";

const keyTypes: readonly KeyType[] = ["ECDSA", "RSA"];

/** What is written; the key is left out where nothing is known. */
export function writeVariant(variant: Variant | undefined): { readonly variant?: object } {
  if (variant === undefined) return {};
  const { of, addresses, version = null, keyType = null, own } = variant;
  return { variant: { of, addresses, version, keyType, own } };
}

/** What was written, or nothing in a lock from before it was. */
export function readVariant(site: Shape, urls: readonly string[]): { readonly variant?: Variant } {
  const found = site.find("variant");
  if (found === undefined) return {};
  const version = found.at("version").nullable()?.text();
  const keyType = found.at("keyType").nullable()?.text();
  return {
    variant: {
      of: nameToday(found.at("of").text(), urls),
      addresses: found
        .at("addresses")
        .list()
        .map((address) => address.text()),
      version: helloVersions.find((known) => known === version),
      keyType: keyTypes.find((known) => known === keyType),
      own: found.at("own").flag(),
    },
  };
}
