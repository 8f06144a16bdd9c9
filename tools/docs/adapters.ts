/** Writes `docs/adapters.md`: what becomes of every option that Node's https and fetch take, where an adapter takes them. */
import {
  agentMemberRows,
  agentRefusedNames,
  agentRows,
  fetchRows,
  requestRows,
  type OptionRow,
  type OptionRows,
} from "../../src/client/index.ts";

export function renderAdapters(): string {
  const parts = [
    "# Adapters",
    "`MeerkatAgent` stands in for an agent of Node's https, `createFetch` gives a `fetch`. Every option of the calls that they stand in for is honoured, honoured where it narrows what the client offers, refused by its code, or without meaning; none is dropped in silence. What is refused has its place in the client that the adapter is made of: [the client's options](api/meerkat.md).",
    "## A request of https with a MeerkatAgent",
    "`https.request(url, { agent, ... })`, and what it passes on to `tls.connect` and `net.connect`. A refusal is the request's `error` event, with the code [option-invalid](errors.md#option-invalid), and nothing is connected; a kept socket is not used either. What narrows is the client's options and the request's together: a version or a suite that both have.",
    "What else a request ends with is an error with the sentence as its message, the hint as its `hint`, the `code` that Node has for it (`ECONNREFUSED`, `ENOTFOUND`, `EAI_AGAIN`, `ETIMEDOUT`, `ECONNRESET`, OpenSSL's name for a certificate such as `CERT_HAS_EXPIRED`, and `CERT_REJECTED` where OpenSSL had nothing against it), by which libraries decide whether to try again, and the `HttpsError` as its `cause`. Where Node has no name, the `HttpsError` itself is told.",
    renderTable(requestRows),
    "## new MeerkatAgent(client, options)",
    `What is not in the table is refused: [option-unknown](errors.md#option-unknown). That is all of the table above, and ${agentRefusedNames.map((name) => `\`${name}\``).join(", ")}.`,
    renderTable(agentRows),
    "## Members of a MeerkatAgent",
    renderTable(agentMemberRows),
    "## fetch(input, init)",
    "Members of the init, those of a Request given in its place, and what the fetch of other programs takes beside them (undici, node-fetch, Deno, Bun). A refusal is a TypeError; its cause has the code [option-invalid](errors.md#option-invalid). What the platform's Request refuses by itself is its TypeError. `data:` and `blob:` URLs are answered without a server; about: and file: URLs are [local-url-failed](errors.md#local-url-failed). Where the Fetch standard is not followed is in [deviations](deviations.md#srcclientadaptersfetchts).",
    renderTable(fetchRows),
  ];
  return `${parts.join("\n\n")}\n`;
}

function renderTable(rows: OptionRows): string {
  const lines = Object.entries(rows)
    .toSorted(([a], [b]) => (a.toLowerCase() < b.toLowerCase() ? -1 : 1))
    .map(([name, row]) => `| \`${name}\` | ${words[row.kind]} | ${renderSays(row)} |`);
  return ["| option | here | how, or why |", "| --- | --- | --- |", ...lines].join("\n");
}

const words: Readonly<Record<OptionRow["kind"], string>> = {
  honoured: "honoured",
  narrowing: "narrows, or refused",
  refused: "refused",
  meaningless: "without meaning",
};

function renderSays(row: OptionRow): string {
  const { says } = row;
  if (row.kind !== "refused" && row.kind !== "narrowing") return says;
  const place =
    row.instead.length === 0 ? "" : `; the client has ${row.instead.map((name) => `\`${name}\``).join(", ")}`;
  return `${says}${place}${row.kind === "narrowing" || row.passing === "" ? "" : `. Let pass: ${row.passing}`}`;
}
