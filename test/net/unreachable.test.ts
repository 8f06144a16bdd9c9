/** An address that no route leads to: the kernel says so at once, and nothing leaves the machine. */
import { expect, test } from "vitest";
import { Client } from "../../src/index.ts";

test("no route to the only address is unreachable, with the address and what the system said", async () => {
  await using client = new Client({ environment: {} });
  // The limited broadcast address is not a destination of TCP (RFC 1122 §4.2.3.10); the kernel refuses the connect itself.
  const resolve = { "nowhere.example:443": "255.255.255.255" };
  await expect(client.request("https://nowhere.example/", { resolve })).rejects.toMatchObject({
    code: "unreachable",
    stage: "tcp",
    detail: {
      host: "nowhere.example",
      port: 443,
      attempts: [{ address: "255.255.255.255", outcome: "ENETUNREACH" }],
    },
  });
});
