/** Shows a certificate to a server without anything of ours: what Node's own client gets for it. */
import { connect } from "node:tls";
import type { Identity } from "../../test/pki/index.ts";

/** An HTTP request, and an MQTT CONNECT of version 3.1.1 by the client "m". */
const openings = {
  https: { send: "GET / HTTP/1.0\r\nHost: localhost\r\n\r\n", taken: /^HTTP\/1\.\d 200 / },
  mqtts: { send: "\x10\x0d\0\x04MQTT\x04\x02\0\x3c\0\x01m", taken: /^\x20\x02\0\0/ },
} as const;

/** Whether the server went on with whoever showed it: it answered, and not by a refusal. */
export async function isTaken(
  { scheme, port }: { readonly scheme: keyof typeof openings; readonly port: number },
  identity: Identity | undefined,
): Promise<boolean> {
  const { send, taken } = openings[scheme];
  // The server's own certificate is not what is asked about here.
  const socket = connect({ host: "127.0.0.1", port, rejectUnauthorized: false, ...identity });
  let said = "";
  socket.on("data", (bytes: Buffer) => {
    said += bytes.toString("latin1");
    if (scheme === "mqtts") socket.end();
  });
  socket.on("error", () => {});
  socket.on("secureConnect", () => socket.write(send, "latin1"));
  // An alert is an error to Node, and comes before the end.
  await new Promise((resolve) => socket.once("close", resolve));
  return taken.test(said);
}
