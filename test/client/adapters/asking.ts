/** A server and a way to ask it by Node's https through an agent, for tests of what becomes of options. */
import { request, type RequestOptions } from "node:https";
import type { IncomingMessage } from "node:http";
import type { Socket } from "node:net";
import type { MeerkatAgent } from "../../../src/index.ts";
import { answering, openOrigin, reply, type Origin, type OriginOptions } from "../origin.ts";

/** A server that keeps the head of each request. */
export interface HeadKeeper extends Origin {
  readonly heads: (readonly string[])[];
}

export async function openHeadKeeper(
  options: OriginOptions = {},
  answer: (head: readonly string[]) => string = () => reply("ok"),
): Promise<HeadKeeper> {
  const heads: (readonly string[])[] = [];
  const origin = await openOrigin(
    answering(({ head }) => {
      heads.push(head);
      return answer(head);
    }),
    options,
  );
  return { ...origin, heads };
}

/** What came of a request: its response, read to the end, or its error. */
export type Came =
  | { readonly response: IncomingMessage; readonly socket: Socket; readonly error?: undefined }
  | { readonly error: Error; readonly response?: undefined; readonly socket?: undefined };

export function ask(agent: MeerkatAgent, options: RequestOptions): Promise<Came> {
  return new Promise((resolve) => {
    const asked = request({ agent, ...options }, (response) => {
      const { socket } = response;
      response.on("error", (error) => resolve({ error })).on("end", () => resolve({ response, socket }));
      response.resume();
    });
    asked.on("error", (error) => resolve({ error })).end();
  });
}
