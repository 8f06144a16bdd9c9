/** Fields of a request whose values are credentials: RFC 9110 §11.6.2, §11.7.2; RFC 6265 §4.2. */

/** In lower case. */
export const credentialNames: readonly string[] = ["authorization", "cookie", "proxy-authorization"];

/** Whether a field's value is a credential by its name: one of these, or one that the many vendors' own have a word of. */
export function namesCredential(name: string): boolean {
  const key = name.toLowerCase();
  return (
    credentialNames.includes(key) || /auth|cookie|cred|csrf|xsrf|key|pass|secret|session|sign|token/.test(key)
  );
}
