/** What the runtime's permissions keep from a program is told as that (`interop/runtimes` has programs that were started so). */
import { expect, test } from "vitest";
import { Client } from "../../src/index.ts";

test("a look-up that the runtime does not permit is network-denied, with nothing tried", async () => {
  await using client = new Client({ environment: {} });
  // As Node's permission model refuses it.
  const refusal = Object.assign(new Error("Access to this API has been restricted"), {
    code: "ERR_ACCESS_DENIED",
    permission: "Net",
  });
  const lookup = (
    _host: string,
    _options: unknown,
    callback: (error: Error, address: string) => void,
  ): void => callback(refusal, "");
  await expect(client.request("https://name.example/", { lookup })).rejects.toMatchObject({
    code: "network-denied",
    fault: "local",
    detail: { host: "name.example", addresses: [] },
    cause: refusal,
  });
});
