/** What the peer announced of itself (RFC 9113 §6.5.2, RFC 8441 §3). */
import { eachSetting, settingIds, smallestMaxFrame } from "../frames/index.ts";
import { defaultWindow } from "../streams/send-window.ts";

export interface PeerSettings {
  /** `Infinity`: it sets no limit. */
  maxConcurrentStreams: number;
  initialWindowBytes: number;
  maxFrameBytes: number;
  /** RFC 8441: whether CONNECT takes a `:protocol`. */
  enableConnectProtocol: boolean;
}

/** RFC 9113 §6.5.2: what holds until the peer says otherwise. */
export function initialPeerSettings(): PeerSettings {
  return {
    maxConcurrentStreams: Infinity,
    initialWindowBytes: defaultWindow,
    maxFrameBytes: smallestMaxFrame,
    enableConnectProtocol: false,
  };
}

/** Takes one frame's settings over, whose values break no rule. `false`: it took CONNECT's protocols back (RFC 8441 §3). */
export function takeSettings(
  settings: PeerSettings,
  { bytes, start, end }: { readonly bytes: Uint8Array; readonly start: number; readonly end: number },
  onTableBytes: (bytes: number) => void,
): boolean {
  const hadConnectProtocol = settings.enableConnectProtocol;
  eachSetting(bytes, start, end, (id, value) => {
    switch (id) {
      case settingIds.headerTableSize:
        // Each of them: a table that was made smaller for a moment has lost its entries (RFC 7541 §4.2).
        return onTableBytes(value);
      case settingIds.maxConcurrentStreams:
        settings.maxConcurrentStreams = value;
        return;
      case settingIds.initialWindowSize:
        settings.initialWindowBytes = value;
        return;
      case settingIds.maxFrameSize:
        settings.maxFrameBytes = value;
        return;
      case settingIds.enableConnectProtocol:
        settings.enableConnectProtocol = value === 1;
        return;
    }
  });
  return settings.enableConnectProtocol || !hadConnectProtocol;
}
