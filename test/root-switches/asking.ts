/** A program of its own that asks a server whose root lies in the system's store alone, on any Node and started in any way. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect } from "vitest";
import { answering, openOrigin, reply } from "../client/origin.ts";
import { identityOf, pemOf, type Minted } from "../pki/index.ts";
import { mintLeaf, mintRoot } from "../pki/today.ts";
import { run } from "../child.ts";
import { buildDoors } from "../register/built.ts";

/** Node itself, and every other one that MEERKAT_NODES names, separated as paths are. */
export const nodes: readonly string[] = [
  process.execPath,
  ...(process.env["MEERKAT_NODES"] ?? "").split(":").filter((path) => path !== ""),
];

export interface Told {
  readonly status?: number;
  readonly code?: string;
  readonly message?: string;
  readonly hint?: string;
  /** The first key by itself. */
  readonly isOpensslWilling?: boolean;
  readonly profile?: string;
  readonly notes?: readonly string[];
  readonly why: readonly string[];
}

export interface Asked {
  readonly flags?: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
  readonly options?: object;
  /** What `tls.setDefaultCACertificates` is called with first. */
  readonly replace?: readonly string[];
  /** What the process says of its system. */
  readonly platform?: string;
}

export interface Asking extends AsyncDisposable {
  /** The root that the server's certificate leads to, and the file that stands for the system's store. */
  readonly company: Minted;
  readonly store: string;
  /** The folder that holds the program. */
  readonly folder: string;
  ask(node: string, asked: Asked): Promise<Told>;
}

const program = (meerkat: string): string => `import tls from "node:tls";
        const { url, options, replace, platform } = JSON.parse(process.argv[2]);
    if (platform !== undefined) Object.defineProperty(process, "platform", { value: platform });
    const { Client } = await import(${JSON.stringify(meerkat)});
    if (replace !== undefined) tls.setDefaultCACertificates(replace);
    const client = new Client({ proxy: null, ...options });
    const told = await client.request(url).then(
      async (response) => {
        await response.bytes();
        const { notes, anchor } = response.trust;
        return { status: response.status, notes, profile: anchor?.profile };
      },
      ({ code, message, hint, trust }) => ({ code, message, hint, isOpensslWilling: trust?.openssl?.accepted }),
    );
    const { notes } = (await client.why(url).catch(({ code }) => ({ diagnosis: { notes: [code] } }))).diagnosis;
    await client.close();
    console.log(JSON.stringify({ ...told, why: notes }));`;

/** Opens the server and builds the program. */
export async function openAsking(): Promise<Asking> {
  const names = ["dns:localhost", "ip:127.0.0.1"];
  const company = mintRoot("Company Root");
  const folder = mkdtempSync(join(tmpdir(), "root-switches-"));
  const store = join(folder, "store.pem");
  writeFileSync(store, pemOf(company));
  const built = await buildDoors("esm");
  const path = built.write("ask.mjs", program(built.meerkat));
  const origin = await openOrigin(
    answering(() => reply("x")),
    { tls: identityOf(mintLeaf("localhost", company, { names })) },
  );
  return {
    company,
    store,
    folder: dirname(path),
    ask: async (node, { flags = [], env = {}, options = {}, ...more }) => {
      const asked = JSON.stringify({ url: `${origin.url}/`, options, ...more });
      const { exitCode, stdout, stderr } = await run(node, [...flags, path, asked], {
        env: { PATH: process.env["PATH"], HOME: process.env["HOME"], SSL_CERT_FILE: store, ...env },
      });
      expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
      return JSON.parse(stdout) as Told;
    },
    [Symbol.asyncDispose]: async () => {
      built[Symbol.dispose]();
      await origin.close();
      rmSync(folder, { recursive: true });
    },
  };
}

export async function versionOf(node: string): Promise<string> {
  return (await run(node, ["-p", "process.versions.node"])).stdout.trim();
}
