/** The system's proxy settings: what each system prints, who is asked, and which proxy comes of it. */
import { describe, expect, test } from "vitest";
import { compilePolicy } from "../../admission/index.ts";
import { HttpsError, requireUrl } from "../../core/index.ts";
import { chooseProxy } from "./proxy-choice.ts";
import { readSystem, systemProxy, type SystemPorts, type SystemReading } from "./system-proxy.ts";
import { parseGnome, parseKde, parseMacos, parseWindows } from "./system-settings.ts";

const nothing = {
  https: undefined,
  http: undefined,
  socks: undefined,
  exceptions: [],
  isReversed: false,
  pac: undefined,
  asksNetwork: false,
};

const gnome = (mode: string, pac = ""): string => `org.gnome.system.proxy autoconfig-url '${pac}'
org.gnome.system.proxy ignore-hosts ['localhost', '127.0.0.0/8', '::1', '*.corp.example']
org.gnome.system.proxy mode '${mode}'
org.gnome.system.proxy use-same-proxy true
org.gnome.system.proxy.ftp host ''
org.gnome.system.proxy.ftp port 0
org.gnome.system.proxy.http authentication-password ''
org.gnome.system.proxy.http host 'proxy.example'
org.gnome.system.proxy.http port 8080
org.gnome.system.proxy.https host '2001:db8::1'
org.gnome.system.proxy.https port 3128
org.gnome.system.proxy.socks host ''
org.gnome.system.proxy.socks port 0
`;
const kde = (type: number, more = ""): string => `[$Version]
update_info=kioslaverc.upd:kde2.2/r1

[Proxy Settings]
NoProxyFor=.corp.example,10.0.0.0/8
Proxy Config Script=http://wpad.example/proxy.pac
ProxyType=${type}
httpProxy=http://proxy.example 8080
httpsProxy=http://secure.example:3128
socksProxy=socks://socks.example 1080
${more}
[Other]
httpProxy=http://wrong.example 1
`;
const macos = `<dictionary> {
  ExceptionsList : <array> {
    0 : *.local
    1 : 169.254/16
  }
  ExcludeSimpleHostnames : 1
  FTPPassive : 1
  HTTPEnable : 0
  HTTPPort : 8080
  HTTPProxy : off.example
  HTTPSEnable : 1
  HTTPSPort : 3128
  HTTPSProxy : proxy.example
  ProxyAutoConfigEnable : 0
  ProxyAutoConfigURLString : http://wpad.example/proxy.pac
  ProxyAutoDiscoveryEnable : 0
  SOCKSEnable : 1
  SOCKSPort : 1080
  SOCKSProxy : socks.example
}
`;
const windows = (enabled: number, server: string, more = ""): string =>
  `\r\nHKEY_CURRENT_USER\\Software\\Microsoft\\Windows\\CurrentVersion\\Internet Settings\r\n    User Agent    REG_SZ    Mozilla/4.0\r\n    ProxyEnable    REG_DWORD    0x${enabled}\r\n    ProxyServer    REG_SZ    ${server}\r\n    ProxyOverride    REG_SZ    192.168.*;*.corp.example;<local>\r\n${more}`;

describe("the settings of", () => {
  test("GNOME", () => {
    expect(parseGnome(gnome("manual"))).toEqual({
      ...nothing,
      of: "GNOME",
      https: "http://[2001:db8::1]:3128",
      http: "http://proxy.example:8080",
      exceptions: ["localhost", "127.0.0.0/8", "::1", "*.corp.example"],
    });
    expect(parseGnome(gnome("none"))).toEqual({ ...nothing, of: "GNOME" });
    expect(parseGnome(gnome("auto", "http://w/p.pac"))).toMatchObject({
      pac: "http://w/p.pac",
      http: undefined,
    });
    expect(parseGnome(gnome("auto"))).toMatchObject({ pac: undefined, asksNetwork: true });
  });

  test("KDE", () => {
    expect(parseKde(kde(1))).toEqual({
      ...nothing,
      of: "KDE",
      https: "http://secure.example:3128",
      http: "http://proxy.example:8080",
      socks: "socks5h://socks.example:1080",
      exceptions: [".corp.example", "10.0.0.0/8"],
    });
    expect(parseKde(kde(1, "ReversedException=true"))).toMatchObject({ isReversed: true });
    expect(parseKde(kde(0))).toEqual({ ...nothing, of: "KDE" });
    expect(parseKde(kde(2)).pac).toBe("http://wpad.example/proxy.pac");
    expect(parseKde(kde(3)).asksNetwork).toBe(true);
  });

  test("macOS", () => {
    expect(parseMacos(macos)).toEqual({
      ...nothing,
      of: "macOS",
      https: "http://proxy.example:3128",
      socks: "socks5h://socks.example:1080",
      exceptions: ["*.local", "169.254.0.0/16", "<local>"],
    });
    const automatic = macos.replace("AutoConfigEnable : 0", "AutoConfigEnable : 1");
    expect(parseMacos(automatic).pac).toBe("http://wpad.example/proxy.pac");
  });

  test("Windows", () => {
    expect(parseWindows(windows(1, "proxy.example:8080"))).toEqual({
      ...nothing,
      of: "Windows",
      https: "proxy.example:8080",
      http: "proxy.example:8080",
      exceptions: ["192.168.0.0/16", "*.corp.example", "<local>"],
    });
    expect(parseWindows(windows(1, "http=a.example:80;https=b.example:81;socks=c.example:82"))).toMatchObject(
      {
        https: "b.example:81",
        http: "a.example:80",
        socks: "socks4://c.example:82",
      },
    );
    expect(parseWindows(windows(0, "proxy.example:8080")).https).toBeUndefined();
    const automatic = "    AutoConfigURL    REG_SZ    http://w.example/p.pac\r\n";
    expect(parseWindows(windows(0, "", automatic)).pac).toBe("http://w.example/p.pac");
  });

  test("nothing that is known: no proxy, and nothing thrown", () => {
    for (const parse of [parseGnome, parseKde, parseMacos, parseWindows])
      for (const text of ["", "\0\xff", "[Proxy Settings]", "{ : }".repeat(1_000)])
        expect(parse(text)).toMatchObject(nothing);
  });
});

describe("who is asked", () => {
  const asked = (
    ports: Partial<SystemPorts>,
  ): readonly [reading: SystemReading, asked: readonly string[]] => {
    const calls: string[] = [];
    const note = (call: string): undefined => void calls.push(call);
    const reading = readSystem({
      platform: "linux",
      environment: {},
      run: (program, args) => note([program, ...args].join(" ")),
      readText: note,
      ...ports,
    });
    return [reading, calls];
  };
  test.each<[platform: string, environment: Readonly<Record<string, string>>, calls: readonly string[]]>([
    ["darwin", {}, ["/usr/sbin/scutil --proxy"]],
    [
      "win32",
      { SystemRoot: "D:\\W" },
      [
        "D:\\W\\System32\\reg.exe query HKCU\\Software\\Microsoft\\Windows\\CurrentVersion\\Internet Settings",
      ],
    ],
    [
      "linux",
      { HOME: "/h" },
      ["/usr/bin/gsettings list-recursively org.gnome.system.proxy", "/h/.config/kioslaverc"],
    ],
    [
      "linux",
      { XDG_CONFIG_HOME: "/c", XDG_CURRENT_DESKTOP: "KDE" },
      ["/c/kioslaverc", "/usr/bin/gsettings list-recursively org.gnome.system.proxy"],
    ],
  ])("on %s with %j", (platform, environment, calls) => {
    const [reading, called] = asked({ platform, environment });
    expect(reading.kind).toBe("unreadable");
    expect(called).toEqual(calls);
  });

  test("once for an environment", () => {
    const environment = { HOME: "/nowhere" };
    expect(systemProxy(environment)).toBe(systemProxy(environment));
  });
});

describe("the option system", () => {
  const policy = compilePolicy({}, {});
  const by = (url: string, text: string, environment: Readonly<Record<string, string>> = {}): string => {
    const system = (): SystemReading => ({ kind: "read", settings: parseWindows(text) });
    const question = { target: requireUrl(url), option: "system", environment, policy: () => policy, system };
    const { proxy, rule } = chooseProxy(question);
    return proxy === undefined ? rule : `${proxy.url} by ${rule}`;
  };
  const settings = windows(1, "proxy.example:8080");
  const own = "the system's settings (Windows)";
  test.each<[url: string, text: string, environment: Readonly<Record<string, string>>, expected: string]>([
    ["https://a.example/", settings, {}, `http://proxy.example:8080 by ${own}`],
    ["http://a.example/", settings, {}, `http://proxy.example:8080 by ${own}`],
    ["https://a.example/", settings, { HTTPS_PROXY: "p.example:1" }, "http://p.example:1 by HTTPS_PROXY"],
    ["https://x.corp.example/", settings, {}, `an exception of ${own} (*.corp.example)`],
    ["https://intranet/", settings, {}, `an exception of ${own} (<local>)`],
    ["https://192.168.7.7/", settings, {}, `an exception of ${own} (192.168.0.0/16)`],
    ["https://a.localhost/", settings, {}, "a loopback name"],
    ["https://a.example/", windows(0, "proxy.example:8080"), {}, `no proxy is set by ${own}`],
    [
      "https://a.example/",
      windows(0, "", "    AutoDetect    REG_DWORD    0x1\r\n"),
      {},
      `no proxy: ${own} ask the network for a PAC file (WPAD), which is not done here`,
    ],
  ])("%s", (url, text, environment, expected) => {
    expect(by(url, text, environment)).toBe(expected);
  });

  test("a PAC file, or SOCKS 4, is an error and never a way without a proxy", () => {
    const pac = windows(0, "", "    AutoConfigURL    REG_SZ    http://w.example/p.pac\r\n");
    for (const [text, says] of [
      [pac, /name a PAC file/],
      [windows(1, "socks=c.example:82"), /scheme socks4 is not supported/],
    ] as const) {
      let error: unknown;
      try {
        by("https://a.example/", text);
      } catch (thrown) {
        error = thrown;
      }
      expect(error).toBeInstanceOf(HttpsError);
      expect(error).toMatchObject({ code: "proxy-url-invalid", detail: { source: own } });
      expect((error as HttpsError).message).toMatch(says);
    }
  });

  test("what cannot be read is said", () => {
    const { proxy, rule } = chooseProxy({
      target: requireUrl("https://a.example/"),
      option: "system",
      environment: {},
      policy: () => policy,
      system: () => ({ kind: "unreadable", reason: "scutil --proxy gives no answer" }),
    });
    expect([proxy, rule]).toEqual([undefined, "no proxy: scutil --proxy gives no answer"]);
  });
});
