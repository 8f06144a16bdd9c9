/** Where a certificate says that its issuer's is published: RFC 5280 §4.2.2.1. */
import { describe, expect, test } from "vitest";
import { extension, generalName, mintLeaf, mintRoot } from "../../test/pki/index.ts";
import { writeOid, writeSequence } from "../der/index.ts";
import { extensionOid } from "../x509/index.ts";
import { issuerUrls } from "./issuer-urls.ts";

const ocsp = "1.3.6.1.5.5.7.48.1";
const caIssuers = "1.3.6.1.5.5.7.48.2";

describe("the issuer's certificate is published", () => {
  const root = mintRoot();
  const rows: readonly (readonly [
    law: string,
    access: readonly (readonly [method: string, location: string])[],
    urls: readonly string[],
  ])[] = [
    ["over HTTP", [[caIssuers, "uri:http://ca.example/ca.der"]], ["http://ca.example/ca.der"]],
    ["over HTTPS", [[caIssuers, "uri:HTTPS://ca.example/ca.der"]], ["HTTPS://ca.example/ca.der"]],
    [
      "in several places",
      [
        [caIssuers, "uri:http://a.example/"],
        [caIssuers, "uri:http://b.example/"],
      ],
      ["http://a.example/", "http://b.example/"],
    ],
    ["not where its status is asked", [[ocsp, "uri:http://ocsp.example/"]], []],
    ["not where no client goes", [[caIssuers, "uri:ldap://ca.example/cn=CA"]], []],
    ["not at a name that is not a URL", [[caIssuers, "dns:http.example"]], []],
  ];
  test.each(rows)("%s", (_, access, urls) => {
    const descriptions = access.map(([method, location]) =>
      writeSequence(writeOid(method), generalName(location)),
    );
    const value = writeSequence(...descriptions);
    const leaf = mintLeaf(root, { extra: [extension(extensionOid.authorityInfoAccess, false, value)] });
    expect(issuerUrls(leaf.certificate)).toEqual(urls);
  });

  test("nowhere where the certificate says nothing", () => {
    expect(issuerUrls(root.certificate)).toEqual([]);
  });
});
