/** A name server that gives every name to loopback, and a time server that tells this machine's time: for programs that ask both by themselves. */
import { createSocket, type RemoteInfo, type Socket } from "node:dgram";
import { once } from "node:events";

export interface LoopbackServices {
  /** `udp://127.0.0.1:PORT` */
  readonly names: string;
  readonly time: string;
  close(): Promise<void>;
}

export async function openLoopbackServices(): Promise<LoopbackServices> {
  const sockets = [await answer(answerName), await answer(tellTime)] as const;
  const [names, time] = sockets.map((socket) => `udp://127.0.0.1:${socket.address().port}`);
  return {
    names: names ?? "",
    time: time ?? "",
    close: async () => {
      await Promise.all(
        sockets.map(async (socket) => {
          socket.close();
          await once(socket, "close");
        }),
      );
    },
  };
}

async function answer(reply: (asked: Buffer) => Buffer): Promise<Socket> {
  const socket = createSocket("udp4");
  socket.on("message", (asked: Buffer, from: RemoteInfo) => {
    socket.send(reply(asked), from.port, from.address);
  });
  socket.bind(0, "127.0.0.1");
  await once(socket, "listening");
  return socket;
}

/** RFC 1035 §4.1: the question comes back, with 127.0.0.1 when an A record was asked for. */
function answerName(asked: Buffer): Buffer {
  const question = asked.subarray(12, asked.indexOf(0, 12) + 5);
  const isAddress = question.readUInt16BE(question.length - 4) === 1;
  const head = Buffer.from([...asked.subarray(0, 2), 0x81, 0x80, 0, 1, 0, isAddress ? 1 : 0, 0, 0, 0, 0]);
  const record = Buffer.from([0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, 127, 0, 0, 1]);
  return Buffer.concat([head, question, ...(isAddress ? [record] : [])]);
}

/** RFC 5905 §7.3: version 4, mode 4, stratum 1; seconds since 1900. */
function tellTime(asked: Buffer): Buffer {
  const told = Buffer.alloc(48);
  told[0] = 0x24;
  told[1] = 1;
  asked.copy(told, 24, 40, 48);
  const seconds = Math.floor(Date.now() / 1000) + 2_208_988_800;
  for (const offset of [16, 32, 40]) told.writeUInt32BE(seconds % 2 ** 32, offset);
  return told;
}
