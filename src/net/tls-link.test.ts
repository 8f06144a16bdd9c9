/** What a link says of a client certificate, held against what the server received. */
import { generateKeyPairSync } from "node:crypto";
import type { TLSSocket } from "node:tls";
import { describe, expect, test } from "vitest";
import { openOrigin, root, until } from "../../test/client/origin.ts";
import { identityOf, makeKeys, pemOf, rsaKeys } from "../../test/pki/index.ts";
import { mintLeaf } from "../../test/pki/today.ts";
import { compilePolicy } from "../admission/index.ts";
import { directly } from "./dial-request.ts";
import { dial } from "./dial.ts";

/** Each type of key, and a server's list of signatures that no other type of key can make. */
const families = {
  rsa: { keys: rsaKeys(), sigalgs: "rsa_pss_rsae_sha256:rsa_pkcs1_sha256" },
  "rsa-pss": {
    keys: generateKeyPairSync("rsa-pss", { modulusLength: 2_048 }),
    sigalgs: "rsa_pss_pss_sha256",
  },
  ec: { keys: makeKeys(), sigalgs: "ecdsa_secp256r1_sha256" },
  ed25519: { keys: generateKeyPairSync("ed25519"), sigalgs: "ed25519" },
  ed448: { keys: generateKeyPairSync("ed448"), sigalgs: "ed448" },
} as const;
type Family = keyof typeof families;
const all = Object.keys(families) as Family[];

const timeouts = { dnsMs: Infinity, connectMs: Infinity, proxyMs: Infinity, tlsMs: Infinity };

describe.each(["TLSv1.2", "TLSv1.3"] as const)("%s", (version) => {
  test.each(all)(
    "a server that takes signatures of %s alone gets a certificate of that kind alone",
    async (taken) => {
      const { keys, sigalgs } = families[taken];
      const shown = identityOf(mintLeaf("localhost", root, { keys }));
      await using origin = await openOrigin(() => {}, {
        tls: {
          ...shown,
          sigalgs,
          requestCert: true,
          rejectUnauthorized: false,
          ca: pemOf(root),
          maxVersion: version,
        },
      });
      const said: unknown[] = [];
      const got: unknown[] = [];
      for (const [at, family] of all.entries()) {
        const own = mintLeaf("me", root, {
          keys: families[family].keys,
          names: null,
          purposes: ["clientAuth"],
        });
        // Nobody has to judge the server: OpenSSL's own roots and algorithms are not what this is about.
        const insecure = { reason: "a test" };
        const policy = compilePolicy({ roots: root.der, insecure, clientCertificate: identityOf(own) }, {});
        const request = { ...directly, scheme: "https", host: "localhost", port: origin.port } as const;
        const { facts, socket } = await dial({ ...request, policy, alpn: [], timeouts, signal: undefined });
        await until(() => origin.accepted.length > at);
        socket.destroy();
        // Node has one name for the PSS signatures of both types of RSA keys.
        if (family !== taken && family.startsWith("rsa") && taken.startsWith("rsa")) continue;
        said.push([family, facts.clientCertificate]);
        const { subject } = (origin.accepted[at] as TLSSocket).getPeerCertificate();
        got.push([family, (subject as object | undefined) === undefined ? "asked" : "sent"]);
      }
      expect(said).toEqual(got);
      expect(said).toContainEqual([taken, "sent"]);
      expect(said).toContainEqual([taken === "ec" ? "ed448" : "ec", "asked"]);
    },
  );
});
