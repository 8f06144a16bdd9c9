/** Whether a host is this machine: by its address, or by a name that leads nowhere else (RFC 6761 §6.3). */
import { BlockList, isIP } from "node:net";
import { isLoopbackName } from "../net/index.ts";

const loopback = new BlockList();
loopback.addSubnet("127.0.0.0", 8, "ipv4");
loopback.addAddress("::1", "ipv6");
// As a socket of both families tells an IPv4 address: RFC 4291 §2.5.5.2.
loopback.addSubnet("::ffff:127.0.0.0", 104, "ipv6");

export function isLoopback(host: string): boolean {
  const family = isIP(host);
  return family === 0 ? isLoopbackName(host) : loopback.check(host, family === 6 ? "ipv6" : "ipv4");
}
