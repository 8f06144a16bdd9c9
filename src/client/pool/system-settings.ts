/**
 * What a desktop's settings say of proxies, read from what its own programs and files print: GNOME's `gsettings`, KDE's
 * `kioslaverc`, macOS's `scutil --proxy`, Windows's `reg query`. Text in, values out; a line that is not understood says nothing.
 */

/** What the settings come to. */
export interface SystemSettings {
  /** Whose they are: `GNOME`, `KDE`, `macOS`, `Windows`. */
  readonly of: string;
  /** URLs of proxies, by what is asked for; `socks` for what the other two leave open. */
  readonly https: string | undefined;
  readonly http: string | undefined;
  readonly socks: string | undefined;
  /** Hosts that are reached without a proxy, as NO_PROXY has them; `<local>` for names without a dot. */
  readonly exceptions: readonly string[];
  /** The exceptions are the only hosts that are reached by the proxy. */
  readonly isReversed: boolean;
  /** The address of a PAC file. */
  readonly pac: string | undefined;
  /** The network is asked for a PAC file (WPAD). */
  readonly asksNetwork: boolean;
}

const none: Omit<SystemSettings, "of"> = {
  https: undefined,
  http: undefined,
  socks: undefined,
  exceptions: [],
  isReversed: false,
  pac: undefined,
  asksNetwork: false,
};

/** `gsettings list-recursively org.gnome.system.proxy`: a schema, a key and a value of GVariant's text form in each line. */
export function parseGnome(text: string): SystemSettings {
  const of = "GNOME";
  const values = new Map<string, string>();
  for (const [, schema = "", key = "", value = ""] of text.matchAll(
    /^org\.gnome\.system\.proxy(\.\w+)? ([\w-]+) (.*)$/gm,
  ))
    values.set(`${schema}.${key}`, value.trim());
  const textOf = (key: string): string => /^'(.*)'$/.exec(values.get(key) ?? "")?.[1] ?? "";
  const mode = textOf(".mode");
  if (mode === "auto") {
    const pac = textOf(".autoconfig-url");
    return { ...none, of, pac: pac === "" ? undefined : pac, asksNetwork: pac === "" };
  }
  if (mode !== "manual") return { ...none, of };
  const proxy = (kind: string, scheme = "http"): string | undefined =>
    place(scheme, textOf(`.${kind}.host`), values.get(`.${kind}.port`));
  const ignored = values.get(".ignore-hosts") ?? "";
  return {
    ...none,
    of,
    https: proxy("https"),
    http: proxy("http"),
    socks: proxy("socks", "socks5h"),
    exceptions: exceptionsOf([...ignored.matchAll(/'([^']*)'/g)].map(([, entry = ""]) => entry)),
  };
}

/** `kioslaverc`, an INI file: its group `[Proxy Settings]`. */
export function parseKde(text: string): SystemSettings {
  const of = "KDE";
  const group = /^\[Proxy Settings\][^\n]*\n((?:(?!\[).*(?:\n|$))*)/m.exec(text)?.[1] ?? "";
  const values = valuesOf(group, /^([\w ]+?)(?:\[\$\w+\])?=(.*)$/gm);
  const type = values.get("ProxyType");
  if (type === "2") return { ...none, of, pac: values.get("Proxy Config Script") || undefined };
  if (type === "3") return { ...none, of, asksNetwork: true };
  if (type !== "1") return { ...none, of };
  // "http://proxy.example 3128", or with a colon.
  const proxy = (key: string, scheme = "http"): string | undefined => {
    const [, host = "", port] =
      /^(?:[a-z0-9]+:\/\/)?(.*?)(?:[ :](\d+))?\/?$/i.exec(values.get(key) ?? "") ?? [];
    return place(scheme, host, port);
  };
  return {
    ...none,
    of,
    https: proxy("httpsProxy"),
    http: proxy("httpProxy"),
    socks: proxy("socksProxy", "socks5h"),
    exceptions: exceptionsOf((values.get("NoProxyFor") ?? "").split(/[\s,]+/)),
    isReversed: values.get("ReversedException") === "true",
  };
}

/** `scutil --proxy`: a dictionary, with an array in it. */
export function parseMacos(text: string): SystemSettings {
  const values = valuesOf(text, /^\s*(\w+) : ([^<\n]*)$/gm);
  const isOn = (key: string): boolean => values.get(key) === "1";
  const proxy = (kind: string, scheme = "http"): string | undefined =>
    isOn(`${kind}Enable`) ? place(scheme, values.get(`${kind}Proxy`), values.get(`${kind}Port`)) : undefined;
  const list = /ExceptionsList : <array> \{([^}]*)\}/.exec(text)?.[1] ?? "";
  const entries = [...list.matchAll(/^\s*\d+ : (.*)$/gm)].map(([, entry = ""]) => entry);
  return {
    ...none,
    of: "macOS",
    https: proxy("HTTPS"),
    http: proxy("HTTP"),
    socks: proxy("SOCKS", "socks5h"),
    exceptions: exceptionsOf([...entries, ...(isOn("ExcludeSimpleHostnames") ? ["<local>"] : [])]),
    pac: isOn("ProxyAutoConfigEnable") ? values.get("ProxyAutoConfigURLString") || undefined : undefined,
    asksNetwork: isOn("ProxyAutoDiscoveryEnable"),
  };
}

/** `reg query` of Internet Settings: a name, a type and a value in each line. */
export function parseWindows(text: string): SystemSettings {
  const values = valuesOf(text, /^\s+(\w+)\s+REG_\w+\s+(.*)$/gm);
  const isOn = (key: string): boolean => Number(values.get(key) ?? 0) === 1;
  const server = isOn("ProxyEnable") ? (values.get("ProxyServer") ?? "") : "";
  const parts = server.split(/[\s;]+/).filter((part) => part !== "");
  /** `host:port` for all, or `https=host:port;http=...` by what is asked for. */
  const named = (kind: string): string | undefined =>
    parts.find((part) => part.toLowerCase().startsWith(`${kind}=`))?.slice(kind.length + 1);
  const forAll = parts.find((part) => !part.includes("="));
  const socks = named("socks");
  return {
    ...none,
    of: "Windows",
    https: named("https") ?? forAll,
    http: named("http") ?? forAll,
    // Windows speaks SOCKS 4 there; which is said where it is refused.
    socks: socks && `socks4://${socks}`,
    exceptions: exceptionsOf((values.get("ProxyOverride") ?? "").split(/[\s;]+/)),
    pac: values.get("AutoConfigURL") || undefined,
    asksNetwork: isOn("AutoDetect"),
  };
}

function valuesOf(text: string, line: RegExp): ReadonlyMap<string, string> {
  return new Map([...text.matchAll(line)].map(([, key = "", value = ""]) => [key, value.trim()]));
}

function place(scheme: string, host: string | undefined, port: string | undefined): string | undefined {
  const name = host?.trim() ?? "";
  if (name === "" || port === "0") return undefined;
  const shown = /^[^[]*:.*:/.test(name) ? `[${name}]` : name;
  return `${scheme}://${shown}${port === undefined || port === "" ? "" : `:${port}`}`;
}

/** In the forms of NO_PROXY: `192.168.*` and `169.254/16` are networks there, too. */
function exceptionsOf(entries: readonly string[]): readonly string[] {
  return entries
    .map((entry) => entry.trim())
    .filter((entry) => entry !== "")
    .map((entry) => {
      const [, numbers, prefix] = /^((?:\d{1,3}\.){0,2}\d{1,3})(?:\.\*|\/(\d{1,2}))$/.exec(entry) ?? [];
      if (numbers === undefined) return entry;
      const given = numbers.split(".");
      const network = [...given, "0", "0", "0"].slice(0, 4).join(".");
      return `${network}/${prefix ?? given.length * 8}`;
    });
}
