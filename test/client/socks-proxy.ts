/** A SOCKS 5 proxy for the client's tests, on loopback: RFC 1928 with RFC 1929, as strict as they are. */
import { connect, type Socket } from "node:net";
import { openOrigin, type Origin } from "./origin.ts";

export interface SocksProxy extends Origin {
  /** What it was asked for: `name localhost:443`, `v4 127.0.0.1:443`, `v6 ...`. */
  readonly asked: string[];
  /** `user:password` of each login. */
  readonly logins: string[];
  /** All that clients sent it before the tunnel, as latin1. */
  readonly heard: () => string;
}

export interface SocksOptions {
  /** `user:password`; no login by default. */
  readonly login?: string;
  /** The reply to the nth request for a connection; 0 by default. */
  readonly reply?: (asked: string) => number;
  /** Sent behind the reply, in the same write. */
  readonly behind?: string;
  /** The port that every tunnel leads to, in place of the one that is asked for. */
  readonly to?: number;
  /** What is done with a client in place of all this, once it has said something. */
  readonly instead?: (client: Socket) => void;
}

/** A proxy that connects to the port that it is asked for, on loopback whatever the host. */
export async function openSocksProxy({
  login,
  reply = () => 0,
  behind = "",
  to,
  instead,
}: SocksOptions = {}): Promise<SocksProxy> {
  const asked: string[] = [];
  const logins: string[] = [];
  let heard = "";
  const origin = await openOrigin(
    (client) => {
      let held: Buffer = Buffer.alloc(0);
      let step: "greeting" | "login" | "request" = "greeting";
      /** The first bytes of what is held, taken; `undefined` while there are fewer. */
      const take = (length: number): Buffer | undefined => {
        if (held.length < length) return undefined;
        const taken = held.subarray(0, length);
        held = held.subarray(length);
        return taken;
      };
      const onData = (chunk: Buffer): void => {
        heard += chunk.toString("latin1");
        if (instead !== undefined) {
          client.off("data", onData);
          return instead(client);
        }
        held = Buffer.concat([held, chunk]);
        if (step === "greeting") {
          const greeting = take(2 + (held[1] ?? 255));
          if (greeting === undefined) return;
          const wanted = login === undefined ? 0 : 2;
          if (!greeting.subarray(2).includes(wanted)) return void client.end(Buffer.of(5, 0xff));
          client.write(Buffer.of(5, wanted));
          step = login === undefined ? "request" : "login";
        }
        if (step === "login" && held.length >= 2) {
          const nameLength = held[1] ?? 0;
          const whole = take(3 + nameLength + (held[2 + nameLength] ?? 255));
          if (whole === undefined) return;
          const given = `${String(whole.subarray(2, 2 + nameLength))}:${String(whole.subarray(3 + nameLength))}`;
          logins.push(given);
          if (given !== login) return void client.end(Buffer.of(1, 1));
          client.write(Buffer.of(1, 0));
          step = "request";
        }
        if (step !== "request" || held.length < 5) return;
        const type = held[3];
        const length = type === 1 ? 4 : type === 4 ? 16 : 1 + (held[4] ?? 0);
        const request = take(4 + length + 2);
        if (request === undefined) return;
        const place = request.subarray(4, -2);
        const kind = type === 1 ? "v4" : type === 4 ? "v6" : "name";
        const host =
          kind === "v4" ? place.join(".") : kind === "v6" ? place.toString("hex") : String(place.subarray(1));
        const port = request.readUInt16BE(request.length - 2);
        asked.push(`${kind} ${host}:${port}`);
        const answer = reply(asked.at(-1) ?? "");
        const said = Buffer.of(5, answer, 0, 1, 127, 0, 0, 1, 0, 0);
        if (answer !== 0) return void client.end(said);
        client.off("data", onData).pause();
        const server = connect(to ?? port, "127.0.0.1", () => {
          client.write(Buffer.concat([said, Buffer.from(behind, "latin1")]));
          client.pipe(server).pipe(client);
        });
        server.on("error", () => client.destroy());
        server.on("close", () => client.destroy());
        client.on("close", () => server.destroy());
      };
      client.on("data", onData);
    },
    { tls: false },
  );
  return Object.assign(origin, { asked, logins, heard: () => heard });
}
