/** Every page that the program writes or the lab serves, made of real chains with names as long as they come. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { openLab } from "../../src/lab/index.ts";
import { meerkat } from "../cli/transcript.ts";
import { pemOf } from "../pki/index.ts";
import { dayMs, mintRoot, now, yearMs } from "../pki/today.ts";

export interface WrittenPages {
  /** The address of each, by what it is. */
  readonly urls: Readonly<Record<string, string>>;
  close(): Promise<void>;
}

const longWord = "Zertifizierungsstelleninfrastrukturverwaltungsgesellschaft"; // 58 letters: X.520's bound of a common name is 64.

/** Writes them all to a new folder; the lab stays open for its own. */
export async function writePages(): Promise<WrittenPages> {
  const lab = await openLab();
  const folder = await mkdtemp(join(tmpdir(), "meerkat-pages-"));
  const at = (name: string): string => join(folder, name);
  const urls: Record<string, string> = { "the lab": lab.indexUrl };
  for (const site of ["good", "expired", "wrong-intermediate", "connection-refused"]) {
    const url = site === "connection-refused" ? `https://${"n".repeat(60)}.localhost:1/` : lab.url(site);
    await meerkat(["why", "--cacert", lab.caFile, "--html", at(`${site}.html`), url]);
    urls[`why ${site}`] = pathToFileURL(at(`${site}.html`)).href;
  }
  const roots = [
    mintRoot(longWord, { notAfterAt: now + 5 * yearMs }),
    mintRoot("Ends Soon", { notAfterAt: now + 90 * dayMs }),
  ];
  const bundle = at(`${longWord}.pem`);
  await writeFile(bundle, lab.caPem + pemOf(...roots));
  const sites = [lab.url("good"), lab.url("misordered"), `https://${"l".repeat(60)}.localhost:1/`];
  await meerkat(["check", bundle, ...sites, "--for", "mongoose-os", "--html", at("check.html")]);
  urls["check"] = pathToFileURL(at("check.html")).href;
  const endpoints = `${sites.join("\n")} team=${longWord}\n${lab.url("expired")}\n`;
  await meerkat(
    ["survey", "-", "--roots", lab.caFile, "--bundle", `${bundle}@mongoose-os`, "--html", at("survey.html")],
    { stdin: endpoints },
  );
  urls["survey"] = pathToFileURL(at("survey.html")).href;
  return {
    urls,
    close: async () => {
      await rm(folder, { recursive: true });
      await lab.close();
    },
  };
}
