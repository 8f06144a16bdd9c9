/** The flags that name a proxy, as options of the client. */
import type { ClientOptions, Environment } from "../../../client/index.ts";
import { CommandError } from "../../frame/failure.ts";
import type { GetFlags } from "../flags/table.ts";
import { pacAddress } from "../pac/address.ts";
import { percentEncode } from "./data.ts";

type ProxyFlags = Pick<GetFlags, "noproxy" | "proxy" | "proxyUser" | "socks5" | "socks5Hostname">;

/** Which proxy, and for which hosts none: by the option, or by variables in place of the environment's own. */
export function proxyOptions(
  flags: ProxyFlags,
  env: Environment,
): Pick<ClientOptions, "proxy" | "environment"> {
  const { noproxy } = flags;
  // Which proxy is known when the file was asked, for each URL.
  if (pacAddress(flags.proxy) !== undefined) {
    proxyUrl(flags);
    return { environment: env, proxy: null };
  }
  const proxy = withLogin(proxyUrl(flags), flags.proxyUser);
  if (noproxy === undefined || noproxy === "")
    return {
      // An empty list too says which hosts: none.
      environment: noproxy === undefined ? env : { ...env, no_proxy: "", NO_PROXY: undefined },
      ...(proxy === undefined ? {} : { proxy: proxy === "" ? null : proxy }),
    };
  // The exceptions are for whatever proxy there is: the one of a flag is put where the environment has its own.
  const named = proxy === undefined ? {} : { https_proxy: proxy, http_proxy: proxy, all_proxy: proxy };
  return { environment: { ...env, ...named, no_proxy: noproxy, NO_PROXY: undefined } };
}

function proxyUrl({ proxy, socks5, socks5Hostname }: ProxyFlags): string | undefined {
  const given = [proxy, socks5, socks5Hostname].filter((one) => one !== undefined);
  if (given.length > 1)
    throw new CommandError("A request goes by one proxy: several are named.", {
      hint: "Leave all but one of -x, --socks5 and --socks5-hostname out.",
    });
  if (socks5 !== undefined) return `socks5://${socks5}`;
  return socks5Hostname === undefined ? proxy : `socks5h://${socks5Hostname}`;
}

/** `-U user:password`; what stands in the proxy's URL comes first. */
export function withLogin(proxy: string | undefined, login: string | undefined): string | undefined {
  if (login === undefined || proxy === undefined || proxy === "") return proxy;
  const colon = login.indexOf(":");
  if (colon === -1)
    throw new CommandError("-U holds no password, and none is asked for on the terminal.", {
      hint: "Write -U user:password.",
    });
  const [, scheme = "http://", rest = ""] = /^([a-z][a-z0-9+.-]*:\/\/)?(.*)$/is.exec(proxy.trim()) ?? [];
  if (rest.includes("@")) return proxy;
  const [name, secret] = [login.slice(0, colon), login.slice(colon + 1)].map((part) =>
    percentEncode(Buffer.from(part)),
  );
  return `${scheme}${name ?? ""}:${secret ?? ""}@${rest}`;
}
