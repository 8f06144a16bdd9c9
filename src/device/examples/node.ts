/** Node: Meerkat itself. */
import { formats } from "../../bundle/index.ts";
import { type Example, type ExampleFile, placeFiles, quote } from "./example.ts";
import { renderReadme } from "./readme.ts";

export function buildNode(example: Example): readonly ExampleFile[] {
  return [
    { path: "package.json", content: packageFile },
    { path: "main.js", content: renderProgram(example) },
    ...placeFiles(formats.pem.write(example.anchors).files, (path) => path),
    {
      path: "README.md",
      content: renderReadme(example, {
        needs: ["Node 20.18.1 or later."],
        prepare: [],
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
    engines: { node: ">=20.18.1" },
    dependencies: { meerkat: "*" },
  },
  undefined,
  2,
)}\n`;

function renderProgram({ url, agent, timeoutMs }: Example): string {
  return String.raw`// One verified HTTPS request.
import { fileURLToPath } from "node:url";
import { HttpsError, request } from "meerkat";

try {
  const response = await request(${quote(url)}, {
    headers: { accept: "*/*" },
    userAgent: ${quote(agent)},
    roots: fileURLToPath(new URL("ca.pem", import.meta.url)),
    timeouts: { totalMs: ${timeoutMs} },
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
