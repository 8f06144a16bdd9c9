/** What `why` says of a client's own certificate comes from the one judge, of the whole file, at a server that is real. */
import { describe, expect, test } from "vitest";
import { compilePolicy } from "../../src/admission/index.ts";
import { requireUrl } from "../../src/core/index.ts";
import { runWhy } from "../../src/why/index.ts";
import { openOrigin, rootPem } from "../client/origin.ts";
import { identityOf, makeKeys, pemOf, type Identity } from "../pki/index.ts";
import { dayMs, mint, mintLeaf, mintRoot, now, yearMs } from "../pki/today.ts";

const clients = mintRoot("Clients");
const purposes = ["clientAuth"] as const;

/** The headline's sentence and the client's remedy, at a server that takes what `clients` vouches for. */
async function told(clientCertificate: Identity, tls: object): Promise<readonly [string, string]> {
  await using origin = await openOrigin(
    (socket) => void socket.on("data", () => socket.end("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")),
    { tls: { requestCert: true, ca: pemOf(clients), ...tls } },
  );
  const target = requireUrl(`${origin.url}/`);
  const policy = compilePolicy({ roots: rootPem, clientCertificate }, {});
  const fields = [["Host", target.authority]] as const;
  const { diagnosis } = await runWhy({ target, fields, policy, ownRoots: true, environment: {} });
  const finding = diagnosis.findings.find(({ code }) => code === "client-certificate-required");
  return [finding?.sentence ?? diagnosis.headline.code, finding?.remedy.client ?? ""];
}

describe.each(["TLSv1.2", "TLSv1.3"] as const)("over %s", (maxVersion) => {
  const tls = { maxVersion };

  test("an intermediate of the file that expired is named", async () => {
    const past = { notBeforeAt: now - yearMs, notAfterAt: now - dayMs };
    const middle = mint({ name: "Old Device CA", ca: true, ...past }, clients);
    const own = identityOf(mintLeaf("device-17", middle, { purposes }), middle);
    const [sentence, remedy] = await told(own, tls);
    expect(sentence).toMatch(/Likely .* its intermediate "Old Device CA" expired on/);
    expect(remedy).toContain('Put the CA\'s current certificate in the place of "Old Device CA"');
  });

  test("an intermediate that is not in the file is what the server's names lead to", async () => {
    const middle = mint({ name: "Device CA", ca: true }, clients);
    const leaf = mintLeaf("device-17", middle, { purposes });
    const [sentence] = await told(identityOf(leaf), tls);
    expect(sentence).toContain('leads to "CN=Clients", and what is sent names "CN=Device CA" as issuer');
    expect(await told(identityOf(leaf, middle), tls)).toEqual(["healthy", ""]);
  });

  test("a key that suits nothing of what is asked for was not sent", async () => {
    const leaf = mintLeaf("device-17", clients, { purposes, keys: makeKeys("Ed25519") });
    const [sentence, remedy] = await told(identityOf(leaf), { ...tls, sigalgs: "ecdsa_secp256r1_sha256" });
    expect(sentence + remedy).toContain("Get a certificate with a key of a kind that the server asks for.");
  });
});
