/** `FILE@DEVICE`: the CA certificates that devices hold, as a command line names them. */
import { type DeviceName, deviceNames, isDeviceName } from "../../device/index.ts";
import { WatchError } from "../watch-error.ts";

export interface NamedBundle {
  readonly file: string;
  readonly device: DeviceName;
  readonly label?: string | undefined;
}

/** A file's name may hold an "@": the last one counts. @throws WatchError */
export function parseBundleOption(text: string): NamedBundle {
  const at = text.lastIndexOf("@");
  const file = text.slice(0, Math.max(0, at));
  const device = text.slice(at + 1);
  if (file !== "" && isDeviceName(device)) return { file, device };
  const what =
    at < 1
      ? "does not say which device holds it"
      : `names ${JSON.stringify(device)}, which is not a device that is known`;
  throw new WatchError(`The bundle ${text} ${what}.`, {
    hint: `It is FILE@DEVICE, with one of ${deviceNames.join(", ")}.`,
  });
}
