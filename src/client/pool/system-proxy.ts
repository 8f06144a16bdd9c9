/**
 * The system's own settings of proxies, asked for once: by the desktop's program, run by its full path and without a shell, or
 * by its file; bounded in time and bytes. It is waited for where it is asked, because a proxy is chosen before anything is dialled.
 */
import { ownValue } from "../../core/index.ts";
import { clientLimits } from "../limits.ts";
import type { Environment } from "../options/options.ts";
import { parseGnome, parseKde, parseMacos, parseWindows, type SystemSettings } from "./system-settings.ts";

/** The settings, or why there are none to be read. */
export type SystemReading =
  | { readonly kind: "read"; readonly settings: SystemSettings }
  | { readonly kind: "unreadable"; readonly reason: string };

/** What is asked of the machine. `undefined` where it cannot be had. */
export interface SystemPorts {
  readonly platform: string;
  readonly environment: Environment;
  readonly run: (program: string, args: readonly string[]) => string | undefined;
  readonly readText: (path: string) => string | undefined;
}

const kept = new WeakMap<Environment, SystemReading>();

/** The settings of this system; read once for an environment, which is a client's own or the process's. */
export function systemProxy(environment: Environment): SystemReading {
  const known = kept.get(environment);
  if (known !== undefined) return known;
  const reading = readSystem({ platform: process.platform, environment, run: runProgram, readText });
  kept.set(environment, reading);
  return reading;
}

/** Asks whichever keeps them on the platform. */
export function readSystem({ platform, environment, run, readText: read }: SystemPorts): SystemReading {
  if (platform === "darwin") {
    const text = run("/usr/sbin/scutil", ["--proxy"]);
    return text === undefined ? unreadable("scutil --proxy gives no answer") : settled(parseMacos(text));
  }
  if (platform === "win32") {
    const root = ownValue(environment, "SystemRoot") ?? String.raw`C:\Windows`;
    const key = String.raw`HKCU\Software\Microsoft\Windows\CurrentVersion\Internet Settings`;
    const text = run(String.raw`${root}\System32\reg.exe`, ["query", key]);
    return text === undefined ? unreadable("reg query gives no answer") : settled(parseWindows(text));
  }
  const gnome = (): SystemSettings | undefined => {
    const text = run("/usr/bin/gsettings", ["list-recursively", "org.gnome.system.proxy"]);
    return text === undefined ? undefined : parseGnome(text);
  };
  const kde = (): SystemSettings | undefined => {
    const home = ownValue(environment, "HOME");
    const folder = ownValue(environment, "XDG_CONFIG_HOME") || (home && `${home}/.config`);
    const text = folder && read(`${folder}/kioslaverc`);
    return text === undefined || text === "" ? undefined : parseKde(text);
  };
  const isKde = /\bkde\b/i.test(ownValue(environment, "XDG_CURRENT_DESKTOP") ?? "");
  const settings = isKde ? (kde() ?? gnome()) : (gnome() ?? kde());
  return settings === undefined
    ? unreadable("neither GNOME's settings (gsettings) nor KDE's (kioslaverc) can be read")
    : settled(settings);
}

const settled = (settings: SystemSettings): SystemReading => ({ kind: "read", settings });
const unreadable = (reason: string): SystemReading => ({ kind: "unreadable", reason });

function runProgram(program: string, args: readonly string[]): string | undefined {
  try {
    // Loaded by whoever asks for the system's proxy, and by nobody else.
    const { spawnSync } = process.getBuiltinModule("node:child_process");
    const { status, stdout, error } = spawnSync(program, args, {
      timeout: clientLimits.systemProxyMs.value,
      maxBuffer: clientLimits.systemProxyBytes.value,
      killSignal: "SIGKILL",
      stdio: ["ignore", "pipe", "ignore"],
      encoding: "utf8",
      windowsHide: true,
    });
    return error === undefined && status === 0 ? stdout : undefined;
  } catch {
    return undefined; // What this program may not run, it cannot ask.
  }
}

function readText(path: string): string | undefined {
  try {
    const { readFileSync, statSync } = process.getBuiltinModule("node:fs");
    const file = statSync(path);
    if (!file.isFile() || file.size > clientLimits.systemProxyBytes.value) return undefined;
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}
