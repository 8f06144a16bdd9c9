/** `-x pac+https://HOST/PATH` and `-x pac+file:///PATH`: where a PAC file lies, and its text. */
import { fileURLToPath } from "node:url";
import { Client, type ClientOptions } from "../../../client/index.ts";
import { asError, parseUrl } from "../../../core/index.ts";
import { exitCode } from "../../frame/exit-codes.ts";
import { CommandError } from "../../frame/failure.ts";
import { readInput } from "../../frame/files.ts";
import { pacFetchMs, pacFileBytes } from "../../limits.ts";

/** A PAC file that was read. */
export interface PacSource {
  /** For sentences: a file's path, or the origin alone, because a URL's path may be a secret. */
  readonly name: string;
  readonly text: string;
}

/** Reads it, with the trust of the command line where it is fetched. @throws CommandError */
export async function readPac(
  address: string,
  trust: ClientOptions,
  signal: AbortSignal,
): Promise<PacSource> {
  if (/^https:/i.test(address)) return fetchPac(address, trust, signal);
  if (!/^file:/i.test(address)) throw refused(address);
  const file = pathOf(address);
  const hint = "Check the path behind -x pac+file://.";
  const bytes = await readInput(file, { what: "The PAC file", hint, most: pacFileBytes, signal });
  return { name: `"${file}"`, text: textOf(bytes) };
}

function pathOf(address: string): string {
  try {
    return fileURLToPath(address);
  } catch {
    throw new CommandError("-x pac+file:// names no file.", {
      hint: "Write three slashes and the whole path: -x pac+file:///etc/proxy.pac.",
    });
  }
}

function refused(address: string): CommandError {
  if (/^http:/i.test(address))
    return new CommandError(
      "A PAC file is not fetched over http://: it decides where requests go, and anybody on the way could write it.",
      {
        hint: "Where its server speaks TLS, write -x pac+https://; or save the file, look at it, and write -x pac+file:///path.",
      },
    );
  return new CommandError("-x pac+ is followed by no address of a PAC file.", {
    hint: "Write -x pac+https://host/proxy.pac or -x pac+file:///etc/proxy.pac.",
  });
}

async function fetchPac(address: string, options: ClientOptions, signal: AbortSignal): Promise<PacSource> {
  const reading = parseUrl(address);
  if (!reading.ok) throw reading.error;
  const { origin } = reading.target;
  const name = `at ${origin}`;
  const client = new Client({
    ...trustOf(options),
    proxy: null,
    redirects: 5,
    decompress: true,
    timeouts: {
      ...options.timeouts,
      totalMs: Math.min(options.timeouts?.totalMs ?? Infinity, pacFetchMs.value),
    },
    maxBodyBytes: pacFileBytes.value,
  });
  try {
    const response = await client.request(reading.target.href, { signal });
    if (response.status !== 200) {
      response.cancel();
      throw new Error(`the server answered ${response.status}`);
    }
    return { name, text: textOf(Buffer.from(await response.bytes())) };
  } catch (error) {
    signal.throwIfAborted();
    throw new CommandError(
      `The PAC file ${name} cannot be fetched: ${asError(error).message.replace(/\.$/, "")}.`,
      {
        hint: "It is fetched without a proxy, and its server is verified as any. Where it lies in a file, write -x pac+file:///path.",
        exitCode: exitCode.noProxy,
      },
    );
  } finally {
    await client.close();
  }
}

/**
 * Whom the command line trusts, and how a host is found. What is said to the server that is asked (a client certificate, a login) and what is allowed
 * to it (`insecure`) is not for the one that says where requests go.
 */
function trustOf(options: ClientOptions): ClientOptions {
  const { roots, addRoots, crls, resolve, family, environment, userAgent } = options;
  return {
    ...(roots === undefined ? {} : { roots }),
    ...(addRoots === undefined ? {} : { addRoots }),
    ...(crls === undefined ? {} : { crls }),
    ...(resolve === undefined ? {} : { resolve }),
    ...(family === undefined ? {} : { family }),
    ...(environment === undefined ? {} : { environment }),
    ...(userAgent === undefined ? {} : { userAgent }),
  };
}

/** UTF-8, with or without a mark at its beginning. */
function textOf(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}
