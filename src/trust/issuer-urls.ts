/** Where a certificate says that its issuer's is published. */
import type { Certificate } from "../x509/index.ts";

const caIssuersOid = "1.3.6.1.5.5.7.48.2";

/** Where the issuer's certificate is published: RFC 5280 §4.2.2.1, HTTP only. */
export function issuerUrls({ extensions }: Certificate): readonly string[] {
  const descriptions = extensions.value("authorityInfoAccess") ?? [];
  return descriptions.flatMap(({ method, location }) =>
    method === caIssuersOid && location.kind === "uri" && /^https?:/i.test(location.value)
      ? [location.value]
      : [],
  );
}
