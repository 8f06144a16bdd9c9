/** Fields of a request whose values are credentials: RFC 9110 §11.6.2, §11.7.2; RFC 6265 §4.2. */

/** In lower case. */
export const credentialNames: readonly string[] = ["authorization", "cookie", "proxy-authorization"];

/** Whether a field's value may be a credential, by its name: these have one of the words, and so have the vendors' own. */
export function namesCredential(name: string): boolean {
  return /auth|cookie|cred|csrf|xsrf|key|pass|secret|session|sign|token/i.test(name);
}
