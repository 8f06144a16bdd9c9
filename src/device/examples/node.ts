/** Node: Meerkat itself. */
import { formats } from "../../bundle/index.ts";
import { type Example, quote } from "./example.ts";
import { type ExampleFile, placeFiles } from "./example-file.ts";
import { ignoring, pemHalves } from "./identity.ts";
import { renderReadme } from "./readme.ts";

export function buildNode(example: Example): readonly ExampleFile[] {
  const halves = example.identity && pemHalves(example.identity, "");
  return [
    { path: "package.json", content: packageFile },
    {
      path: "main.js",
      content: example.speaks === "http" ? renderProgram(example) : renderConnection(example),
    },
    ...placeFiles(formats.pem.write(example.anchors).files, (path) => path),
    ...(halves === undefined ? [] : [halves.certificate, ignoring([halves.key, "node_modules/"])]),
    {
      path: "README.md",
      content: renderReadme(example, {
        needs: ["Node 20.19 or later."],
        prepare: halves === undefined ? [] : [halves.step],
        run: ["npm install", "node main.js"],
        settings: [
          "`roots` names the CA file: this program believes these certificates and no others.",
          "Meerkat verifies with OpenSSL *and* with an engine of its own; the list below is of Node's own client.",
        ],
      }),
    },
  ];
}

const packageFile = `${JSON.stringify(
  {
    name: "https-fetch",
    private: true,
    type: "module",
    engines: { node: ">=20.19.0" },
    dependencies: { meerkat: "*" },
  },
  undefined,
  2,
)}\n`;

/** Meerkat's own client speaks HTTP; what is not HTTP is Node's. */
function renderConnection({ host, port, timeoutMs, identity }: Example): string {
  return String.raw`// One verified TLS connection. Node's own client: it believes ca.pem and nothing else.
import { readFileSync } from "node:fs";
import { isIP } from "node:net";
import { connect } from "node:tls";

const host = ${quote(host)};
const read = (name) => readFileSync(new URL(name, import.meta.url));

const socket = connect({
  host,
  port: ${port},
  servername: isIP(host) ? "" : host,
  ca: read("ca.pem"),
  rejectUnauthorized: true,
${identity === undefined ? "" : `  cert: read("client.pem"),\n  key: read("client.key"),\n`}});
const timeout = setTimeout(() => socket.destroy(new Error("timed out")), ${timeoutMs});
socket.on("secureConnect", () => {
  console.log("verified,", socket.getProtocol()); // speak with socket here
  socket.end();
});
socket.on("error", (error) => {
  console.error("failed: " + error.message);
  process.exitCode = 1;
});
socket.on("close", () => clearTimeout(timeout));
`;
}

const noIdentity = { imports: "", functions: "", option: "" } as const;

const showIdentity = {
  imports: `import { readFileSync } from "node:fs";\n`,
  functions: `const read = (name) => readFileSync(new URL(name, import.meta.url));\n\n`,
  option: `    clientCertificate: { cert: read("client.pem"), key: read("client.key") },\n`,
} as const;

function renderProgram({ url, agent, timeoutMs, identity }: Example): string {
  const shown = identity === undefined ? noIdentity : showIdentity;
  return String.raw`// One verified HTTPS request.
${shown.imports}import { fileURLToPath } from "node:url";
import { HttpsError, request } from "meerkat";

${shown.functions}try {
  const response = await request(${quote(url)}, {
    headers: { accept: "*/*" },
    userAgent: ${quote(agent)},
    roots: fileURLToPath(new URL("ca.pem", import.meta.url)),
${shown.option}    timeouts: { totalMs: ${timeoutMs} },
  });
  let received = 0;
  for await (const chunk of response) received += chunk.length; // use chunk here
  console.log("HTTP", response.status, received, "bytes");
} catch (error) {
  if (!(error instanceof HttpsError)) throw error;
  console.error(error.stage + ": " + error.message + "\n" + error.hint);
  process.exitCode = 1;
}
`;
}
