/** Which names can be public ones: those that are not set aside for one machine, one network, or nobody. */

/** RFC 6761, RFC 6762, RFC 8375, RFC 2606, RFC 7686, RFC 9476, ICANN's .internal, and what is used at home. */
const setAside =
  /\.(?:test|local|localdomain|localhost|internal|intranet|private|lan|home|corp|home\.arpa|example|invalid|onion|alt)$/i;

/** Whether a host can be a name of the public DNS: no address, no single label, and nothing that is set aside. */
export function isPublicName(host: string): boolean {
  const name = host.replace(/\.$/, "");
  // A last label that is a number belongs to an address, in whatever form (WHATWG URL, "ends in a number").
  return name.includes(".") && !/\.\d+$/.test(name) && !setAside.test(name);
}
