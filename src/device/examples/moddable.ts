/** Moddable SDK: the io-class HTTPS client, with a certificate store of its own. */
import { formats } from "../../bundle/index.ts";
import { type Example, quote } from "./example.ts";
import { type ExampleFile, placeFiles } from "./example-file.ts";
import { derBehind, derHalves, type Identity, ignoring } from "./identity.ts";
import { renderReadme } from "./readme.ts";

export function buildModdable(example: Example): readonly ExampleFile[] {
  if (example.speaks === "tls")
    throw new RangeError("The example for the Moddable SDK speaks HTTPS, and this is something else.");
  const halves = example.identity && derHalves(example.identity, "data/");
  return [
    { path: "manifest.json", content: manifest },
    { path: "main.js", content: renderProgram(example) },
    ...placeFiles(formats.moddable.write(example.anchors).files, (path) => path),
    ...(halves === undefined ? [] : [halves.certificate, ignoring([halves.key])]),
    ...(example.identity === undefined ? [] : derBehind(example.identity, "data/")),
    {
      path: "README.md",
      content: renderReadme(example, {
        needs: ["The Moddable SDK with `MODDABLE` set, and the tools of your board's maker."],
        prepare: halves === undefined ? [] : [halves.step],
        run: ["mcconfig -d -m -p esp32 ssid=NETWORK password=PASSWORD"],
        settings: [
          "`data/ca.ski` lists the subject key identifiers of `data/ca0.der` and so on, in their order: change both together.",
          "`config.sntp` in `manifest.json`: the network set-up asks that server for the time before `main.js` runs. Dates are checked, and before the clock is set no certificate is valid yet.",
          "The SDK's client sends `host:` without the port: a server on another than 443 that minds its name may answer 4xx.",
        ],
      }),
    },
  ];
}

const manifest = `${JSON.stringify(
  {
    include: [
      "$(MODDABLE)/examples/manifest_base.json",
      "$(MODDABLE)/examples/manifest_net.json",
      "$(MODDABLE)/examples/io/tcp/httpsclient/manifest_httpsclient.json",
    ],
    config: { sntp: "pool.ntp.org" },
    modules: { "*": ["./main"] },
    data: { "*": ["./data/*"] },
  },
  undefined,
  2,
)}\n`;

function showIdentity(identity: Identity): { readonly import: string; readonly option: string } {
  const names = ["client.der", ...derBehind(identity, "").map(({ path }) => path)];
  const list = names.map((name) => `new Resource(${quote(name)})`).join(", ");
  return {
    import: `import Resource from "Resource";\n`,
    option: `
  socket: {
    ...device.network.https.socket,
    secure: {
      ...device.network.https.socket.secure,
      clientCertificates: [${list}],
      clientKey: new Resource("client-key.der"),
    },
  },`,
  };
}

function renderProgram({ host, port, target, agent, timeoutMs, identity }: Example): string {
  const shown = identity === undefined ? { import: "", option: "" } : showIdentity(identity);
  return String.raw`// One verified HTTPS request. Moddable SDK.
${shown.import}import Timer from "timer";

const timeout = Timer.set(() => finish("timed out"), ${timeoutMs});
let status = 0;
let expected = -1;
let received = 0;
let done = false;
let endsWithConnection = false; // nothing says how long the answer is: the server closes at its end

function finish(error) {
  if (done) return;
  done = true;
  Timer.clear(timeout);
  https.close();
  if (error) trace("failed" + (status === 0 ? " before an HTTP answer (DNS, TCP or TLS)" : "") + ": " + error + "\n");
  else if (expected >= 0 && received < expected) trace("HTTP " + status + ", " + received + " of " + expected + " bytes\n");
  else trace("HTTP " + status + ", " + received + " bytes\n");
}

const https = new device.network.https.io({
  ...device.network.https,${shown.option}
  host: ${quote(host)},
  port: ${port},
  onError(error) {
    finish(error ?? "connection lost");
  },
});

https.request({
  path: ${quote(target)},
  headers: new Map([
    ["user-agent", ${quote(agent)}],
    ["accept", "*/*"],
  ]),
  onHeaders(code, headers) {
    status = code;
    const length = headers.get("content-length");
    if (length !== undefined) expected = Number(length);
    endsWithConnection = length === undefined && headers.get("transfer-encoding") === undefined;
  },
  onReadable(count) {
    received += this.read(count).byteLength; // use the bytes here
  },
  onDone(error) {
    finish(endsWithConnection ? undefined : error);
  },
});
`;
}
