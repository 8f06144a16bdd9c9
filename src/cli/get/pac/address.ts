/** Whether `-x` names a proxy, or a PAC file: a program that says which proxy. */

/** What of `-x` is a PAC file's address; `undefined` for a proxy's own. */
export function pacAddress(proxy: string | undefined): string | undefined {
  const [, address] = /^\s*pac\+([^]*?)\s*$/i.exec(proxy ?? "") ?? [];
  return address;
}
