/**
 * Run in a process of its own: requests that hang in every phase there is, by every door, and are aborted there; then what
 * would keep the process alive. Prints one JSON object.
 */
import { get } from "node:https";
import { Client, createFetch, MeerkatAgent, type ClientOptions, type ClientEvent } from "../../src/index.ts";
import { answering, openOrigin, rootPem, until, whenEmpty } from "./origin.ts";

/** Says nothing, once it is connected to; over TLS, once that is up. */
await using mute = await openOrigin((socket) => socket.resume(), { tls: false });
await using muteInTls = await openOrigin((socket) => socket.resume());
let seconds = 0;
/** Begins an answer, which then hangs, or leads to what does. */
await using origin = await openOrigin(
  answering(({ head: [line = ""] }) => {
    const path = line.split(" ")[1];
    if (path === "/body") return "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf";
    if (path === "/busy") return "HTTP/1.1 503 Busy\r\nRetry-After: 50\r\nContent-Length: 0\r\n\r\n";
    if (path === "/first") return "HTTP/1.1 302 Found\r\nLocation: /second\r\nContent-Length: 0\r\n\r\n";
    if (path === "/second") seconds++;
    return undefined;
  }),
);
const silent = mute.url.replace("http:", "https:");
let asked = 0;
const lookup = (): void => void asked++;

const agentsToo = true;
const phases: readonly (readonly [string, string, ClientOptions, typeof agentsToo?])[] = [
  ["lookup", "https://looked-up.example/", { lookup }, agentsToo],
  ["tls", silent, {}, agentsToo],
  ["head", muteInTls.url, {}, agentsToo],
  ["body", `${origin.url}/body`, {}, agentsToo],
  ["proxy", muteInTls.url, { proxy: mute.url }, agentsToo],
  ["proxy-tls", muteInTls.url, { proxy: silent }, agentsToo],
  ["retry", `${origin.url}/busy`, { retry: { attempts: 1 } }],
  ["second-hop", `${origin.url}/first`, {}],
];
const controller = new AbortController();
const { signal } = controller;
let begun = 0;
let pauses = 0;

function askEverywhere(client: Client, url: string, byAgent = false): readonly Promise<unknown>[] {
  const whole = async (answer: Promise<{ text(): Promise<string> }>): Promise<string> => {
    const response = await answer;
    begun++;
    return response.text();
  };
  const throughAgent = (): Promise<unknown> =>
    new Promise((resolve, reject) => {
      const request = get(url, { agent: new MeerkatAgent(client), signal }, (response) => {
        begun++;
        response.on("error", reject).on("end", resolve).resume();
      });
      request.on("error", reject);
    });
  const asked = [whole(client.request(url, { signal })), whole(createFetch(client)(url, { signal }))];
  return byAgent ? [...asked, throughAgent()] : asked;
}

const onEvent = ({ kind }: ClientEvent): void => void (kind === "retry" && pauses++);
const outcomes = phases.map(([name, url, options, byAgent]) => {
  const client = new Client({ roots: rootPem, environment: {}, onEvent, ...options });
  return [name, Promise.allSettled(askEverywhere(client, url, byAgent))] as const;
});
await until(() => asked === 3 && mute.accepted.length === 9 && muteInTls.accepted.length === 3);
await until(() => begun === 3 && pauses === 2 && seconds === 2);
controller.abort();
const ended: Record<string, readonly string[]> = {};
for (const [name, settled] of outcomes) ended[name] = (await settled).map(({ status }) => status);
await Promise.all([whenEmpty(mute), whenEmpty(muteInTls)]);
// What is left are the servers' own sockets, and connections that are kept, which keep no process alive.
const timers = process.getActiveResourcesInfo().filter((name) => name === "Timeout");
process.stdout.write(JSON.stringify({ timers, ended }));
