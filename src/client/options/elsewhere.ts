/** What other programs call their options. */

/** Options of Node's, of fetch's and of widespread clients, and how the same is said here. */
export const elsewhere: ReadonlyMap<string, string> = new Map([
  ["ca", "roots, or addRoots to keep the usual ones"],
  ["timeout", "timeouts: { totalMs }"],
  ["rejectUnauthorized", "insecure: { reason }"],
  ["json", "body, with JSON.stringify and a content-type"],
  ["data", "body"],
  ["form", "body, with URLSearchParams"],
  ["cert", "clientCertificate: { cert, key }"],
  ["key", "clientCertificate: { cert, key }"],
  ["pfx", "clientCertificate: { pfx }"],
  ["passphrase", "clientCertificate: { passphrase }, beside the key"],
  ["servername", "sni"],
  ["followRedirect", "redirects"],
  ["maxRedirects", "redirects"],
  ["auth", "authentication"],
  ["agent", "a Client of your own, which keeps connections, or proxy"],
  ["httpsAgent", "a Client of your own, which keeps connections, or proxy"],
  ["dispatcher", "a Client of your own, which keeps connections, or proxy"],
  ["keepAlive", "idleMs (connections are kept without being asked)"],
  ["checkServerIdentity", "identity, or pins"],
  ["ALPNProtocols", "alpn, of connect()"],
  ["params", "url, with URLSearchParams"],
  ["cookieJar", "cookies"],
  ["jar", "cookies"],
]);
