/** What is named as a client's certificate is read within its bound, whatever it is. */
import { expect, it } from "vitest";
import { forever } from "../../../test/cli/forever.ts";
import { readIdentity } from "../example/identity.ts";
import { readClientCertificate } from "./credentials.ts";

const machine = { env: {}, signal: forever };
const readers = { request: readClientCertificate, example: readIdentity };

it.each(Object.entries(readers))("a file without an end is refused: %s", async (_name, read) => {
  await expect(read({ cert: "/dev/zero" }, machine)).rejects.toThrow(/gives more than 1048576 bytes/);
});

it.each(Object.entries(readers))("a file that is not there is named: %s", async (_name, read) => {
  await expect(read({ cert: "/nowhere/client.pem" }, machine)).rejects.toMatchObject({
    message: expect.stringMatching(/"\/nowhere\/client\.pem" cannot be read/) as unknown,
    hint: expect.any(String) as unknown,
  });
});
