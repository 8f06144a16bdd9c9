/** A field may be called what a property of every object is called. */
import { expect, test } from "vitest";
import { Client, type FieldsInput } from "../../src/index.ts";
import { answering, openOrigin, reply } from "./origin.ts";

const names = ["__proto__", "constructor", "toString", "hasOwnProperty", "valueOf"];

test.each<[string, (name: string) => FieldsInput]>([
  ["a key of its own", (name) => JSON.parse(`{${JSON.stringify(name)}: "x"}`) as Record<string, string>],
  ["a pair", (name) => [[name, "x"]]],
  ["an entry of a Map", (name) => new Map([[name, "x"]])],
])("given as %s, of a client or of a request, it is sent", async (_, make) => {
  await using origin = await openOrigin(
    answering(({ head }) => reply(head.join("\n"))),
    { tls: false },
  );
  for (const name of names) {
    await using client = new Client({ proxy: null, headers: make(name) });
    const bare = await client.request(origin.url);
    expect((await bare.text()).split("\n")).toContain(`${name}: x`);
    const own = await client.request(origin.url, { headers: make(name) });
    expect((await own.text()).split("\n").filter((line) => line === `${name}: x`)).toHaveLength(1);
  }
});

test("a field that is not given is not taken from a prototype", async () => {
  await using origin = await openOrigin(
    answering(({ head }) => reply(head.join("\n"))),
    { tls: false },
  );
  await using client = new Client({ proxy: null });
  const headers = Object.create({ "x-inherited": "1" }) as Record<string, string>;
  const response = await client.request(origin.url, { headers });
  expect(await response.text()).not.toContain("x-inherited");
});
