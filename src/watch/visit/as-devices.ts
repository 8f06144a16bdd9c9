/** The same endpoint as the devices that hold the bundles: which chains are shown to their hellos. */
import { HttpsError } from "../../core/index.ts";
import { type DeviceName, devices } from "../../device/index.ts";
import type { Variant } from "../../fleet/index.ts";
import { type EndpointRequest, type Meeting, surveyEndpoint } from "../../survey/index.ts";
import { type ChainSeen, judgeChain, refusedFor } from "./judge.ts";

export interface DeviceWay extends Omit<EndpointRequest, "totalMs"> {
  /** How much of the visit's time is left. */
  readonly leftMs: () => number;
  /** Counts the time that a piece of work takes. */
  readonly timed: <T>(work: () => Promise<T>) => Promise<T>;
  /** Waits until a connection may begin; what it gives ends the turn. */
  readonly turn: (address: string | undefined) => Promise<() => void>;
}

export interface DeviceShowing {
  readonly variant: Variant;
  readonly seen: ChainSeen;
}

/** Each hello once, whichever devices share it. A device whose hello is turned down is shown nothing. @throws HttpsError `aborted` */
export async function* lookAsDevices(
  names: readonly DeviceName[],
  way: DeviceWay,
): AsyncGenerator<DeviceShowing> {
  for (const sharing of byHello(names)) {
    const [name] = sharing;
    const totalMs = way.leftMs();
    if (name === undefined || totalMs <= 0) return;
    const meetings = await way.timed(() => meetingsOf(name, { ...way, totalMs }));
    for (const meeting of meetings)
      for (const offer of sharing) yield { variant: variantOf(meeting, offer), seen: seenIn(meeting, way) };
  }
}

function byHello(names: readonly DeviceName[]): Iterable<readonly DeviceName[]> {
  const groups = new Map<string, readonly DeviceName[]>();
  for (const name of new Set(names)) {
    const hello = JSON.stringify(devices[name].hello);
    groups.set(hello, [...(groups.get(hello) ?? []), name]);
  }
  return groups.values();
}

async function meetingsOf(
  name: DeviceName,
  request: EndpointRequest & Pick<DeviceWay, "turn">,
): Promise<readonly Meeting[]> {
  const { hello } = devices[name];
  try {
    const { meetings } = await surveyEndpoint({ ...request, hello, onProgress: () => {} });
    return meetings.filter(({ chain }) => chain.length > 0);
  } catch (error) {
    if (!(error instanceof HttpsError) || (error.code === "aborted" && request.signal.aborted)) throw error;
    return []; // The ordinary look has said why.
  }
}

function variantOf({ address, offered }: Meeting, offer: string): Variant {
  const { version, keyType } = offered;
  return {
    address,
    offer,
    ...(version === undefined ? {} : { version }),
    ...(keyType === undefined ? {} : { keyType }),
  };
}

/** What an ordinary client makes of it. What nobody proved to be theirs is refused for what ended the handshake. */
function seenIn({ chain, staple, openssl, error }: Meeting, { host, policy }: DeviceWay): ChainSeen {
  if (openssl === undefined) return refusedFor(chain, error);
  return judgeChain({ sent: chain, staple, openssl, resumed: false }, { host, policy });
}
