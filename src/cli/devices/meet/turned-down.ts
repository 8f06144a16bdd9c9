/** What a device cannot speak with: a server that turned its hello down and gave an ordinary client what that asked for. */
import { type DeviceProfile, devices } from "../../../device/index.ts";
import { keyTypesOf, renderList, versionNames } from "../../../core/index.ts";
import type { Meeting, Surveyed } from "../../../survey/index.ts";

/** A clause that goes on after "because", and its code. */
export interface TurnedDown {
  readonly address: string | undefined;
  readonly code: "tls-version" | "tls-offer";
  readonly because: string;
}

/** One for each address that did so; none for one at which an ordinary client was not answered either. */
export function turnedDown(
  { meetings, ordinary }: Surveyed,
  profile: DeviceProfile | undefined,
): readonly TurnedDown[] {
  const refused = meetings.filter(({ chain, error }) => chain.length === 0 && error?.stage === "tls");
  const { hello } = profile ?? devices.node;
  return refused.flatMap(({ address, error }): readonly TurnedDown[] => {
    const there = ordinary.find((one) => one.address === address && one.chain.length > 0);
    if (there === undefined) return [];
    const versions = renderList(hello.versions.map((version) => versionNames[version]));
    const given = describeChoice(there);
    if (error?.code === "tls-version") {
      const because = `the server speaks none of its TLS versions (the device offers ${versions}; an ordinary client was given ${given})`;
      return [{ address, code: "tls-version", because }];
    }
    const ended = error === undefined ? "" : `: ${error.message.replace(/\.$/, "")}`;
    const because = `the server turns down what it offers${ended} (the device offers ${versions} with ${describeOffer(hello)}; an ordinary client was given ${given})${beyond(hello)}`;
    return [{ address, code: "tls-offer", because }];
  });
}

function describeOffer(hello: DeviceProfile["hello"]): string {
  const { suites, groups } = hello;
  const keys = keyTypesOf(hello).join(" and ") || "any";
  const first =
    suites.length === 1 ? (suites[0] ?? "") : `${suites.length} cipher suites, first ${suites[0]}`;
  return `${first}, the groups ${renderList(groups)}, and keys of the kind ${keys}`;
}

function describeChoice({ version, suite, keyType }: Meeting): string {
  const spoken = version === undefined ? "another version" : versionNames[version];
  return `${spoken} with ${suite ?? "a suite of its own"}${keyType === undefined ? "" : ` and an ${keyType} key`}`;
}

/** What was not tried is said, because it may be what the server wants. */
function beyond({ beyondOpenssl }: DeviceProfile["hello"]): string {
  if (beyondOpenssl.length === 0) return "";
  return `; ${beyondOpenssl.length} further suites of the device's could not be tried, as OpenSSL does not have them`;
}
