/** Fields of a request whose values are credentials: RFC 9110 §11.6.2, §11.7.2; RFC 6265 §4.2. */

/** In lower case. */
export const credentialNames: readonly string[] = ["authorization", "cookie", "proxy-authorization"];
