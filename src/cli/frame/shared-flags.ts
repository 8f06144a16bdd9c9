/** Flags that several commands have: declared, and their values read, once. */
import { isIP } from "node:net";
import { toleranceNames } from "../../http1/index.ts";
import { profiles, type ProfileName } from "../../trust/index.ts";
import { isSpkiPin } from "../../x509/index.ts";
import { choice, fileName, oneOf, parsed, repeated, text, toggle, type Reading } from "./flags.ts";
import { passphraseForms } from "./passphrase.ts";

/** A host and port, as options of the library write them, and the address that stands for them. */
export type Resolved = readonly [hostAndPort: string, address: string];

const resolved: Reading<Resolved> = {
  read: (given) => {
    const [, host = "", port = "", place = ""] = /^(\[[^\]]+\]|[^:[\]]+):(\d{1,5}):(.+)$/.exec(given) ?? [];
    const addresses = place.split(",").map((address) => address.replace(/^\[(.*)\]$/, "$1"));
    // curl's "+" lets an entry go out of date, which a single run does not see; its "-" takes one away again.
    const name = host.replace(/^\+/, "");
    if (addresses.some((address) => isIP(address) === 0) || /^[+-]/.test(name)) return undefined;
    return [`${name.toLowerCase()}:${port}`, addresses.join(",")];
  },
  takes:
    "It takes host:port:address, such as example.com:443:192.0.2.1, or *:443:192.0.2.1 for every host; several addresses with commas between them. curl's - before it is not known.",
};

/** curl's `sha256//BASE64;sha256//BASE64` as pins. */
const pins: Reading<readonly string[]> = {
  read: (given) => {
    const list = given.split(";").map((pin) => pin.replace(/^sha256\/\//, "sha256/"));
    return list.every(isSpkiPin) ? list : undefined;
  },
  takes: 'It takes "sha256//" and the base64 of 32 bytes; several with ";" between them.',
};

/** Whom to trust, and by which rules. */
export const cacertFlag = repeated(
  "--cacert <file>",
  "trust the CAs of this file and no others; may be repeated",
  fileName,
);
export const addCacertFlag = repeated(
  "--add-cacert <file>",
  "trust the CAs of this file, too; may be repeated",
  fileName,
);
export const rootsFlag = repeated(
  "--roots <store>",
  '"mozilla" (the default), "system" or a file; may be repeated',
  { ...fileName, words: ["mozilla", "system"] },
);
export const caNativeFlag = toggle("--ca-native", "trust this system's own store, too");
export const pinsFlag = parsed(
  "--pinnedpubkey <hashes>",
  '"sha256//BASE64;..." of which one has to be on the path',
  pins,
);
export const profileFlag = choice(
  "--profile <name>",
  "the rules; each anchor's own when left out",
  Object.keys(profiles) as ProfileName[],
);

/** The way to the server. */
export const resolveFlag = repeated(
  "--resolve <host:port:address>",
  "connect to this address, or these with commas, for that host and port",
  resolved,
);
export const proxyFlag = text(
  "-x, --proxy <url>",
  'go through this proxy; "" for none, "system" for the system\'s own',
);
/** The same, for commands that run a PAC file. */
export const proxyOrPacFlag = text(
  "-x, --proxy <url>",
  'go through this proxy; "" for none, "system" for the system\'s own, pac+https://... or pac+file:///... for the one that a PAC file names',
);
export const noproxyFlag = text(
  "--noproxy <hosts>",
  "hosts for which the environment's proxy is not used; * for all",
);

/** What is sent, and what may come. */
export const headerFlag = repeated(
  "-H, --header <line>",
  '"Name: value"; "Name:" leaves a default field out',
);
export const httpVersionFlags = [
  toggle("--http1.1", "speak HTTP/1.1"),
  toggle("--http2", "HTTP/2 where an https:// server chooses it, else HTTP/1.1: the default"),
  toggle("--http2-only", "HTTP/2 or an error; on http:// as --http2-prior-knowledge"),
  toggle("--http2-prior-knowledge", "HTTP/2 on http:// without asking; on https:// as --http2"),
] as const;
export const userAgentFlag = text("-A, --user-agent <name>", 'the User-Agent field; "" leaves it out');
export const certFlag = parsed(
  "-E, --cert <file>",
  "a client certificate (PEM with its chain, or PKCS#12)",
  fileName,
);
export const keyFlag = parsed("--key <file>", "its key (PEM)", fileName);
export const passFlag = text(
  "--pass <from>",
  `the passphrase of the key or of the PKCS#12 file: ${passphraseForms}`,
);
export const allowFlag = repeated(
  "--allow <name>",
  "let a fault of the server's pass, by the name that its error gives",
  oneOf(toleranceNames),
);
