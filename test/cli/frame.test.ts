/** The program's frame: help, version, usage errors, colours, and `explain`. */
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { catalogue } from "../../src/core/index.ts";
import { meerkat } from "./transcript.ts";

const usage = 2;
const root = fileURLToPath(new URL("../../", import.meta.url));
const { version } = JSON.parse(readFileSync(`${root}package.json`, "utf8")) as { readonly version: string };

/** The real program, in a process of its own. */
function run(...argv: string[]): {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
} {
  return spawnSync(process.execPath, ["--import", "tsx", "src/cli/main.ts", ...argv], {
    cwd: root,
    encoding: "utf8",
  });
}

describe("the program in a process of its own", () => {
  it("prints its version and ends well", () => {
    expect(run("--version")).toMatchObject({ status: 0, stdout: `${version}\n`, stderr: "" });
  });

  it("ends with its exit code", () => {
    expect(run("explain", "expird")).toMatchObject({ status: usage, stdout: "" });
  });
});

describe("help", () => {
  it.each([[["--help"]], [["-h"]], [["help"]], [[]]])(
    "is printed on stdout for %j, with the commands and exit codes, and fits a screen of 24 lines and 80 columns",
    async (argv) => {
      const { exitCode, stdout, stderr } = await meerkat(argv);
      expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
      expect(stdout).toMatch(/^Usage: meerkat /);
      expect(stdout).toMatch(/^ {2}explain +say what an error code means/m);
      expect(stdout.replaceAll("\n", " ")).toContain(
        "6 no such name, 7 no connection, 28 a deadline passed, 35 TLS failed, 60 not trusted",
      );
      const lines = stdout.trimEnd().split("\n");
      expect(lines.length).toBeLessThanOrEqual(24);
      expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(80);
    },
  );

  it.each([[["explain", "--help"]], [["help", "explain"]]])("of a command is its own: %j", async (argv) => {
    const { exitCode, stdout } = await meerkat(argv);
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^Usage: meerkat explain /);
    expect(stdout).toContain("--json");
  });

  it.each([
    ["get", 130],
    ["verify", 60],
    ["verify", 77],
    ["inspect", 26],
  ])("of %s explains its exit code %d", async (command, code) => {
    const { stdout } = await meerkat([command, "--help"]);
    expect(stdout).toMatch(new RegExp(`^ {2}${code} +\\w`, "m"));
  });
});

describe("a command line that cannot be carried out", () => {
  it.each([
    [
      "an unknown command, with the nearest",
      ["explian"],
      'error: There is no command "explian".\nhint: Did you mean "meerkat explain"?\n',
    ],
    [
      "an unknown command with nothing near",
      ["xyzzy"],
      'error: There is no command "xyzzy".\nhint: `meerkat --help` lists the commands.\n',
    ],
    [
      "a URL without a command",
      ["https://a.example/"],
      'error: There is no command "https://a.example/".\nhint: To fetch it: meerkat get https://a.example/\n',
    ],
    [
      "an unknown flag, with the nearest",
      ["explain", "--jsno"],
      'error: Unknown option "--jsno".\nhint: Did you mean "--json"? `meerkat explain --help` lists what it takes.\n',
    ],
    [
      "an unknown flag with nothing near",
      ["explain", "--frobnicate"],
      'error: Unknown option "--frobnicate".\nhint: `meerkat explain --help` lists what it takes.\n',
    ],
    [
      "a value for a flag that takes none",
      ["explain", "--json=x"],
      'error: Option "--json" takes no value.\nhint: `meerkat explain --help` lists what it takes.\n',
    ],
    [
      "a flag without its value",
      ["lab", "--port"],
      'error: Option "-p, --port <number>" needs a value after it.\nhint: `meerkat lab --help` lists what it takes.\n',
    ],
    [
      "help on a command that is unknown",
      ["help", "exlpain"],
      'error: There is no command "exlpain".\nhint: Did you mean "meerkat explain"?\n',
    ],
    [
      "a flag that has to be given",
      ["verify", "chain.pem"],
      'error: Option "-a, --anchors <store>" has to be given.\nhint: `meerkat verify --help` lists what it takes.\n',
    ],
    [
      "a reason that is none",
      ["get", "--insecure-because", " ", "https://a.example/"],
      'error: Option "--insecure-because <reason>" cannot be " ". It takes the reason why nobody need vouch for the server.\nhint: `meerkat get --help` lists what it takes.\n',
    ],
    [
      "pins that are none",
      ["why", "--pinnedpubkey", "abc", "https://a.example/"],
      'error: Option "--pinnedpubkey <hashes>" cannot be "abc". It takes "sha256//" and the base64 of 32 bytes; several with ";" between them.\nhint: `meerkat why --help` lists what it takes.\n',
    ],
    [
      "a file without a name",
      ["get", "-o", "", "https://a.example/"],
      'error: Option "-o, --output <file>" cannot be "". It takes the name of a file or a folder; a variable that is not set leaves it empty.\nhint: `meerkat get --help` lists what it takes.\n',
    ],
    [
      "one of several files without a name",
      ["why", "--cacert", "ca.pem", "--cacert", "", "https://a.example/"],
      'error: Option "--cacert <file>" cannot be "". It takes the name of a file or a folder; a variable that is not set leaves it empty.\nhint: `meerkat why --help` lists what it takes.\n',
    ],
    [
      "a folder without a name, which is not the working directory",
      ["example", "https://a.example/", "--for", "node", "-o", ""],
      'error: Option "-o, --output <folder>" cannot be "". It takes the name of a file or a folder; a variable that is not set leaves it empty.\nhint: `meerkat example --help` lists what it takes.\n',
    ],
    [
      "a long flag at the end without its value",
      ["get", "https://a.example/", "--cacert"],
      'error: Option "--cacert <file>" needs a value after it.\nhint: `meerkat get --help` lists what it takes.\n',
    ],
    [
      "a fault of peers that has no such name",
      ["why", "--allow", "bare-lf-haed", "https://a.example/"],
      'error: Option "--allow <name>" cannot be "bare-lf-haed". Did you mean "bare-lf-head"? It takes one of bare-lf-head, space-before-colon, ctl-in-value, te-and-cl, space-after-chunk-size, ignore-invalid-field-lines.\nhint: `meerkat why --help` lists what it takes.\n',
    ],
    [
      "a proxy that is none, by its flag",
      ["why", "-x", "socks4://a.example:1080", "https://a.example/"],
      "error: The proxy set by -x cannot be used: the scheme socks4 is not supported: SOCKS is spoken in version 5 alone, as socks5://host:port (names are looked up here) or socks5h://host:port (by the proxy).\nhint: Correct it: a proxy is written http://host:port, or socks5h://host:port.\n",
    ],
    [
      "a name that is none",
      ["verify", "-a", "mozilla", "-n", "", "chain.pem"],
      'error: Option "-n, --name <host>" cannot be "". It takes a host or an address, without a scheme, a port or a path.\nhint: `meerkat verify --help` lists what it takes.\n',
    ],
    [
      "a field's name that is none, without its value",
      ["get", "-H", "a b: secret", "https://a.example/"],
      'error: The request field "a b" cannot be sent: its name is not a token (RFC 9110 §5.1).\nhint: Correct the field; encode values that come from outside.\n',
    ],
    [
      "credentials in a URL, of a command without a flag for them",
      ["why", "https://user:secret@a.example/"],
      'error: The URL for "a.example" carries a user name or password.\nhint: Take them out of the URL, and give them in an Authorization field.\n',
    ],
    [
      "a site of the lab's that is misspelt",
      ["lab", "--site", "expird"],
      'error: The lab has no site named "expird".\nhint: Did you mean "expired"? `meerkat lab` without --site lists them all.\n',
    ],
    [
      "a file, and whom to judge a server by",
      ["inspect", "--cacert", "ca.pem", "chain.pem"],
      "error: --cacert is for a server; a file is shown, and judged by nobody.\nhint: Leave it out; or judge the chain in the file: meerkat verify --anchors FILE --name HOST chain.pem\n",
    ],
    [
      "a value that a flag cannot have",
      ["get", "-m", "soon", "https://a.example/"],
      'error: Option "-m, --max-time <seconds>" cannot be "soon". It takes a number of seconds above 0, up to 24 days.\nhint: `meerkat get --help` lists what it takes.\n',
    ],
    [
      "two URLs",
      ["why", "https://a.example/", "https://b.example/"],
      'error: "meerkat why" takes one argument; "https://b.example/" is too many.\nhint: `meerkat why --help` lists what it takes.\n',
    ],
    [
      "a flag of curl's that is another here",
      ["get", "--capath", "/etc", "https://a.example/"],
      "error: --capath is curl's, and not here: a folder of CA files is not read.\nhint: --cacert FILE takes a file, and may be repeated; --roots system is this system's store.\n",
    ],
    [
      "an unknown code, with the nearest",
      ["explain", "exipred"],
      'error: There is no code "exipred".\nhint: Did you mean "expired"? `meerkat explain` without a code lists them all.\n',
    ],
  ])("is refused with a hint: %s", async (_what, argv, stderr) => {
    expect(await meerkat(argv)).toEqual({ exitCode: usage, stdout: "", stderr });
  });

  it("is refused with the flag that takes the credentials of a URL, where there is one", async () => {
    const { stderr } = await meerkat(["get", "https://user:%secret@a.example/"]);
    expect(stderr).toContain("give them by -u user:password, or in an Authorization field.");
  });

  it("is told as one JSON object where --json was given", async () => {
    const { exitCode, stdout, stderr } = await meerkat(["explain", "nonesuch-code", "--json"]);
    expect({ exitCode, stderr }).toEqual({ exitCode: usage, stderr: "" });
    expect(JSON.parse(stdout)).toMatchObject({
      schema: 1,
      ok: false,
      exitCode: usage,
      error: { code: "usage", message: 'There is no code "nonesuch-code".' },
    });
  });

  it("cannot move the cursor of a terminal with what was typed", async () => {
    const { stderr } = await meerkat(["\u001B[2Jclear"], { terminal: true, env: { NO_COLOR: "1" } });
    expect(stderr).toContain('error: There is no command "\\x1b[2Jclear".');
  });
});

describe("colour", () => {
  it.each([
    ["is used on a terminal", { terminal: true }, true],
    ["is not used elsewhere", { terminal: false }, false],
    ["is not used where NO_COLOR is set", { terminal: true, env: { NO_COLOR: "1" } }, false],
    ["is used where NO_COLOR is empty (no-color.org)", { terminal: true, env: { NO_COLOR: "" } }, true],
    ["is not used on a dumb terminal", { terminal: true, env: { TERM: "dumb" } }, false],
  ])("%s", async (_law, setting, coloured) => {
    const { stderr } = await meerkat(["xyzzy"], setting);
    expect(stderr.includes("\u001B[31m")).toBe(coloured);
  });
});

describe("explain", () => {
  it("prints the page of a code", async () => {
    const { exitCode, stdout, stderr } = await meerkat(["explain", "expired"]);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
    expect(stdout).toBe(`expired: Expired certificate

  A certificate on the path has a notAfter that has passed at the moment of
  validation.

  stage        trust: who vouches for the server, and whom the caller trusts
  fixed by     the server (fault: peer)
  as a client  Check this machine's clock. If it is right, the server's operator
               has to renew the certificate.
  as a server  Renew the certificate, and let a program do so from now on.
  authority    RFC 5280 §6.1.3 (a)(2)
  exit code    60
`);
  });

  it("has a page for every code, as text and as JSON", async () => {
    for (const code of Object.keys(catalogue)) {
      expect((await meerkat(["explain", code])).stdout).toMatch(new RegExp(`^${code}: `));
    }
    const { stdout } = await meerkat(["explain", "--json"]);
    const { codes } = JSON.parse(stdout) as { readonly codes: readonly { readonly code: string }[] };
    expect(codes.map(({ code }) => code)).toEqual(Object.keys(catalogue));
  });

  it("says which of our codes another program's error is, with the page of a code", async () => {
    const { exitCode, stdout } = await meerkat(["explain", "MOZILLA_PKIX_ERROR_SELF_SIGNED_CERT"]);
    expect(exitCode).toBe(0);
    expect(stdout).toContain("Firefox (NSS): MOZILLA_PKIX_ERROR_SELF_SIGNED_CERT (-16370)");
    expect(stdout).toContain("in Meerkat  self-signed");
    expect(stdout).toContain("self-signed: Self-signed server certificate");
  });

  it.each([[["curl:", "(60)"]], [["-0x2700"]], [["-9984"]], [["unable to get local issuer certificate"]]])(
    "takes what people paste, in one word or several: %j",
    async (words) => {
      const { exitCode, stdout } = await meerkat(["explain", ...words, "--json"]);
      expect(exitCode).toBe(0);
      const { foreign, codes } = JSON.parse(stdout) as {
        readonly foreign: readonly { readonly codes: readonly string[] }[];
        readonly codes: readonly { readonly code: string }[];
      };
      expect(codes.map(({ code }) => code)).toContain("missing-intermediate");
      expect(foreign.flatMap((reading) => reading.codes)).toContain("missing-intermediate");
    },
  );

  it("says that a number can be several programs'", async () => {
    const several = "Several programs have an error of this number.";
    expect((await meerkat(["explain", "60"])).stdout).toContain(several);
    expect((await meerkat(["explain", "curl:", "(60)"])).stdout).not.toContain(several);
  });

  it("takes a code of its own in any letters", async () => {
    expect((await meerkat(["explain", "EXPIRED"])).stdout).toBe(
      (await meerkat(["explain", "expired"])).stdout,
    );
  });

  it("knows the nearest of other programs' names", async () => {
    const { exitCode, stderr } = await meerkat(["explain", "UNABLE_TO_VERFY_LEAF_SIGNATURE"]);
    expect(exitCode).toBe(usage);
    expect(stderr).toContain('Did you mean "UNABLE_TO_VERIFY_LEAF_SIGNATURE"?');
  });

  it("lists every code by stage when none is given", async () => {
    const { stdout } = await meerkat(["explain"]);
    for (const code of Object.keys(catalogue)) expect(stdout).toMatch(new RegExp(`^ {2}${code} `, "m"));
    expect(stdout.indexOf("\nurl:")).toBeLessThan(stdout.indexOf("\ntrust:"));
  });
});
