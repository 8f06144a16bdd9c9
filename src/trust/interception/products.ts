/** Products that are recognised by the names of their CAs. A name is a claim, not a proof: what is recognised here is `likely` at best. */

/** What a product's certificate means for the connection. */
export type ProductKind =
  /** Opens connections on the way: a company's proxy, an antivirus. */
  | "interceptor"
  /** The same, run by a developer on purpose. */
  | "debugger"
  /** Issues for local development. */
  | "development"
  /** What a server shows that was not given a certificate. */
  | "default-certificate";

export interface Product {
  readonly name: string;
  readonly kind: ProductKind;
}

const products: readonly (readonly [sign: RegExp, name: string, kind: ProductKind])[] = [
  [/\bzscaler\b/i, "Zscaler", "interceptor"],
  [/\bnetskope\b|\bgoskope\b/i, "Netskope", "interceptor"],
  [/\bforti(?:net|gate|client|proxy)\b/i, "Fortinet", "interceptor"],
  [/\bpalo alto networks\b/i, "Palo Alto Networks", "interceptor"],
  [/\bblue ?coat\b|\bsymantec web security\b/i, "Symantec (Blue Coat)", "interceptor"],
  [/\bforcepoint\b|\bwebsense\b/i, "Forcepoint", "interceptor"],
  [/\bsophos\b/i, "Sophos", "interceptor"],
  [/\bcheck ?point\b/i, "Check Point", "interceptor"],
  [/\bcisco umbrella\b|\bopendns\b/i, "Cisco Umbrella", "interceptor"],
  [/\bmcafee web gateway\b|\bskyhigh\b/i, "Skyhigh (McAfee Web Gateway)", "interceptor"],
  [/\bbarracuda\b/i, "Barracuda", "interceptor"],
  [/\bwatchguard\b/i, "WatchGuard", "interceptor"],
  [/\bsonicwall\b/i, "SonicWall", "interceptor"],
  [/\buntangle\b/i, "Untangle", "interceptor"],
  [/\bcato networks\b/i, "Cato Networks", "interceptor"],
  [/\bgateway ca - cloudflare\b|\bcloudflare for teams\b/i, "Cloudflare Gateway", "interceptor"],
  [/\bkaspersky\b/i, "Kaspersky", "interceptor"],
  [/\bbitdefender\b/i, "Bitdefender", "interceptor"],
  [/\beset ssl filter\b|\beset, spol\b/i, "ESET", "interceptor"],
  [
    /\bavast!? web\b|\bavast!? untrusted\b|\bavg web\b|\bavast\b[^\n]{0,100}\bshield\b/i,
    "Avast or AVG",
    "interceptor",
  ],
  [/\bnorton web\b/i, "Norton", "interceptor"],
  [/\bdr\.?web\b/i, "Dr.Web", "interceptor"],
  [/\badguard\b/i, "AdGuard", "interceptor"],
  [/\bsuperfish\b/i, "Superfish", "interceptor"],
  [/\bkomodia\b/i, "Komodia", "interceptor"],
  [/\bedellroot\b/i, "eDellRoot", "interceptor"],
  [/\bmitmproxy\b/i, "mitmproxy", "debugger"],
  [/\bcharles proxy\b/i, "Charles", "debugger"],
  [/\bhttp toolkit\b/i, "HTTP Toolkit", "debugger"],
  [/\bportswigger\b/i, "Burp Suite", "debugger"],
  [/\bowasp (?:zap|zed)\b|\bzed attack proxy\b/i, "ZAP", "debugger"],
  [/\bdo not trust fiddlerroot\b|\bfiddler\b/i, "Fiddler", "debugger"],
  [/\bproxyman\b/i, "Proxyman", "debugger"],
  [/\bmkcert\b/i, "mkcert", "development"],
  [/\bcaddy local authority\b/i, "Caddy's local CA", "development"],
  [/\bwebpack-dev-server\b|\bpreact-cli\b/i, "a JavaScript development server", "development"],
  [
    /\bkubernetes ingress controller fake certificate\b/i,
    "the Kubernetes ingress controller",
    "default-certificate",
  ],
  [/\btraefik default cert\b/i, "Traefik", "default-certificate"],
  [/\bplesk\b|\bparallels panel\b/i, "Plesk", "default-certificate"],
  [/\bsynology\b/i, "a Synology NAS", "default-certificate"],
  [/\bqnap\b/i, "a QNAP NAS", "default-certificate"],
  [/\bubiquiti\b|\bunifi\b/i, "a Ubiquiti device", "default-certificate"],
];

/** A product's name stands at the beginning of a certificate's, and a peer's certificate may have a name of 64 KB. */
const lookedAtCharacters = 1_024;

/** The product whose name stands in the name of a CA. */
export function findProduct(names: readonly string[]): Product | undefined {
  const beginnings = names.map((text) => wordsOf(text.slice(0, lookedAtCharacters)));
  for (const [sign, name, kind] of products)
    if (beginnings.some((text) => sign.test(text))) return { name, kind };
  return undefined;
}

/** Programs join the words of a name by underscores ("WatchGuard_Technologies"), which for `\b` are letters. */
export function wordsOf(name: string): string {
  return name.replaceAll("_", " ");
}
