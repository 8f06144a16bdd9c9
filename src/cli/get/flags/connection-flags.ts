/** Flags that say how the server is reached, and in which version of HTTP it is spoken to. */
import { fileName, parsed, repeated, secondsOrNone, text, toggle } from "../../frame/flags.ts";
import { httpVersionFlags, noproxyFlag, proxyOrPacFlag, resolveFlag } from "../../frame/shared-flags.ts";
import { inGroup } from "./in-group.ts";

export const connectionFlags = inGroup("The way to the server:", [
  proxyOrPacFlag,
  text("-U, --proxy-user <user:password>", "credentials for the proxy"),
  toggle("--proxy-basic", "accepted for curl's sake: -U is that").hideHelp(),
  toggle("-p, --proxytunnel", "accepted where it is so anyway: for https://").hideHelp(),
  noproxyFlag,
  text("--socks5 <host:port>", "go through this SOCKS5 proxy; names are resolved here"),
  text("--socks5-hostname <host:port>", "the same; names are resolved there"),
  resolveFlag,
  repeated("--connect-to <host:port:host:port>", "connect to another host in place of this one"),
  parsed("--unix-socket <file>", "connect to this Unix socket", fileName),
  toggle("-4, --ipv4", "connect by IPv4 alone"),
  toggle("-6, --ipv6", "connect by IPv6 alone"),
  toggle("-0, --http1.0").hideHelp(),
  ...httpVersionFlags,
  secondsOrNone("--connect-timeout <seconds>", "the most that DNS, TCP, a proxy and TLS may take together"),
  toggle("--tcp-nodelay", "accepted for curl's sake").hideHelp(),
  toggle("--tcp-fastopen", "accepted for curl's sake").hideHelp(),
  toggle("--no-keepalive", "accepted for curl's sake").hideHelp(),
  toggle("--no-sessionid", "accepted for curl's sake").hideHelp(),
  toggle("--no-npn", "accepted for curl's sake").hideHelp(),
  toggle("--no-alpn", "the same as --http1.1").hideHelp(),
  text("--keepalive-time <seconds>", "accepted for curl's sake").hideHelp(),
  text("--happy-eyeballs-timeout-ms <ms>", "accepted for curl's sake").hideHelp(),
  text(
    "--expect100-timeout <seconds>",
    "accepted for curl's sake: nothing waits for 100 Continue",
  ).hideHelp(),
  toggle("--suppress-connect-headers").hideHelp(),
  text("-K, --config <file>", "flags from a file, one a line; - for stdin"),
  toggle("-:, --next", "what follows is for other URLs, with flags of their own"),
  toggle("-q, --disable", "accepted for curl's sake: no file of flags is read unasked").hideHelp(),
  toggle("--styled-output").hideHelp(),
  toggle("-a, --append", "accepted for curl's sake: it says nothing over HTTP").hideHelp(),
  toggle("-B, --use-ascii", "accepted for curl's sake: it says nothing over HTTP").hideHelp(),
  toggle("--disallow-username-in-url", "refuse a URL with credentials in it").hideHelp(),
]);
