/** Runs on a runtime that was started with few permissions: goes through each door, and prints what came of it. */
import https from "node:https";
import {
  Client,
  createFetch,
  HttpsError,
  installGlobally,
  MeerkatAgent,
  type ClientOptions,
} from "../../src/index.ts";

export interface Given {
  readonly url: string;
  readonly expired: string;
  readonly pem: string;
  readonly file: string;
}

const { url, expired, pem, file } = JSON.parse(process.argv[2] ?? "") as Given;

const get = (agent: https.Agent | undefined): Promise<string> =>
  new Promise((resolve, reject) => {
    https
      .get(url, { ...(agent && { agent }) }, (answer) => {
        answer.resume();
        answer.on("end", () => resolve(String(answer.statusCode)));
      })
      .on("error", reject);
  });

const request = async (where: string, options: ClientOptions): Promise<string> => {
  await using client = new Client(options);
  const response = await client.request(where);
  await response.bytes();
  return `${response.status} ${response.trust.explain()}`;
};
const attempts: Readonly<Record<string, () => Promise<string>>> = {
  "roots as text": () => request(url, { roots: pem }),
  "the process's variables": () => request(url, { roots: pem, environment: process.env }),
  "an expired one": () => request(expired, { roots: pem }),
  "roots of a file": () => request(url, { roots: file }),
  "the default roots": () => request(url, {}),
  "the system's roots": () => request(url, { roots: "system" }),
  "a name": () => request("https://name.invalid/", { roots: pem }),
  connect: async () => {
    const { socket, trust } = await new Client({ roots: pem }).connect(url);
    socket.destroy();
    return trust.kind;
  },
  createFetch: async () => String((await createFetch(new Client({ roots: pem }))(url)).status),
  MeerkatAgent: () => get(new MeerkatAgent(new Client({ roots: pem }), { keepAlive: false })),
  installGlobally: async () => {
    const { uninstall } = installGlobally(new Client({ roots: pem }));
    const both = [await get(undefined), String((await fetch(url)).status)];
    uninstall();
    return both.join(" ");
  },
};

/** What is not an HttpsError, and did not come of one, fails the test. */
function told(error: unknown): string {
  for (let one = error; one instanceof Error; one = one.cause)
    if (one instanceof HttpsError) return `${one.code}: ${one.message} ${one.hint}`;
  return `bare ${String(error)} ${error instanceof Error ? error.stack : ""}`;
}

const all: Record<string, string> = {};
for (const [name, attempt] of Object.entries(attempts)) all[name] = await attempt().catch(told);
process.stdout.write(JSON.stringify(all), () => process.exit(0));
