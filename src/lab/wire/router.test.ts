/** How long the router waits for a ClientHello, and that no byte of it is lost. */
import { connect, type Socket } from "node:net";
import { afterEach, describe, expect, test, vi } from "vitest";
import { clientHelloWaitLimit } from "../limits.ts";
import { openListener } from "./listener.ts";
import { readHello } from "./router.ts";

/** A connection over loopback whose far end is being read for a ClientHello. */
async function openPair(onHello: (socket: Socket) => void = () => undefined): Promise<{
  readonly near: Socket;
  readonly far: Socket;
  readonly close: () => Promise<void>;
}> {
  const { heard: accepted, onHello: onAccept } = listening();
  const listener = await openListener({ port: 0, families: "ipv4" }, (socket) => {
    readHello(socket, () => {
      onHello(socket);
    });
    onAccept(socket);
  });
  const near = connect(listener.port, "127.0.0.1");
  near.on("error", () => undefined);
  return {
    near,
    far: await accepted,
    close: async () => {
      near.destroy();
      await listener.close();
    },
  };
}

/** A ClientHello without extensions: RFC 5246 §7.4.1.2. */
const hello = Buffer.concat([
  Buffer.from([22, 3, 1, 0, 45, 1, 0, 0, 41, 3, 3]),
  Buffer.alloc(32),
  Buffer.from([0, 0, 2, 0x13, 0x01, 1, 0]),
]);

describe("waiting for a ClientHello", () => {
  afterEach(() => {
    vi.useRealTimers();
  });

  test("a silent client is waited for up to the limit and no longer", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    const { far, close } = await openPair();
    vi.advanceTimersByTime(clientHelloWaitLimit.value - 1);
    expect(far.destroyed).toBe(false);
    vi.advanceTimersByTime(1);
    expect(far.destroyed).toBe(true);
    await close();
  });

  test("a client that has said hello is not cut off by that limit", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    const { heard, onHello } = listening();
    const { near, far, close } = await openPair(onHello);
    near.write(hello);
    await heard;
    vi.advanceTimersByTime(clientHelloWaitLimit.value);
    expect(far.destroyed).toBe(false);
    await close();
  });

  test("whoever answers reads the ClientHello from its first byte, and what came after it", async () => {
    const { heard, onHello } = listening();
    const { near, close } = await openPair(onHello);
    near.write(Buffer.concat([hello, Buffer.from("more")]));
    const socket = await heard;
    const read = new Promise((resolve) => socket.once("data", resolve));
    socket.resume();
    expect(await read).toEqual(Buffer.concat([hello, Buffer.from("more")]));
    await close();
  });
});

function listening(): { readonly heard: Promise<Socket>; readonly onHello: (socket: Socket) => void } {
  let onHello: (socket: Socket) => void = () => undefined;
  const heard = new Promise<Socket>((resolve) => (onHello = resolve));
  return { heard, onHello };
}
