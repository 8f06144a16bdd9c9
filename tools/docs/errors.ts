/** Writes `docs/errors.md`: every code of the catalogue, by stage, with what it means and who can mend it. */
import { catalogue, type Code, type Entry, type Fault, type Stage } from "../../src/core/index.ts";

/** Each stage of a request's life, in order, with what happens in it. */
const stages: Readonly<Record<Stage, string>> = {
  url: "What the caller wrote, refused before any connection.",
  dns: "From a name to addresses.",
  tcp: "From an address to a connection.",
  proxy: "Through a proxy.",
  tls: "The TLS handshake, and what is set up for it.",
  trust: "Who vouches for the server, and what the caller trusts.",
  http: "The request's own form, and the response's head.",
  body: "The response's content.",
  timeout: "A deadline that passed, or a caller who gave up.",
};

const faults: Readonly<Record<Fault, string>> = {
  caller: "the calling code or its settings",
  local: "this machine",
  network: "the path between",
  proxy: "the proxy",
  peer: "the server",
};

export function renderErrors(): string {
  const codes = Object.keys(catalogue) as Code[];
  const parts = [
    "# Errors",
    "Every code that Meerkat's `HttpsError` can carry. `code`, `stage`, `fault` and `detail` are API; the sentences are not. `meerkat explain CODE` prints the same in a terminal.",
  ];
  for (const stage of Object.keys(stages) as Stage[]) {
    const here = codes.filter((code) => catalogue[code].stage === stage);
    if (here.length === 0) continue;
    parts.push(`## Stage \`${stage}\``, stages[stage]);
    for (const code of here) parts.push(...renderEntry(code, catalogue[code]));
  }
  return `${parts.join("\n\n")}\n`;
}

function renderEntry(code: Code, entry: Omit<Entry<never>, "sentence" | "hint">): string[] {
  const lines = [
    `- **Who can mend it:** ${faults[entry.fault]} (\`fault: "${entry.fault}"\`)`,
    `- **Remedy, for the client:** ${entry.remedy.client}`,
    ...(entry.remedy.server === undefined ? [] : [`- **Remedy, for the server:** ${entry.remedy.server}`]),
    `- **Authority:** ${entry.authority}`,
  ];
  return [`### ${code}`, `*${entry.title}.* ${entry.means}`, lines.join("\n")];
}
