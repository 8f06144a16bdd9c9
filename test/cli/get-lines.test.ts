/**
 * Laws of `get` and `curl` that no comparison with curl holds: what is said to one origin stays there, names of a stranger's choice
 * are safe, nothing of a pasted command is run, and files of flags and of logins are read on demand alone.
 */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { openHttp, rootPem, type Origin } from "../client/origin.ts";
import { meerkat } from "./transcript.ts";

let origin: Origin;
let other: Origin;
let folder: string;
/** What each of the two was asked, and told. */
const asked: string[] = [];
beforeAll(async () => {
  other = await openHttp(({ method, url, headers }, response) => {
    asked.push(
      `other ${method} ${url} ${headers.authorization ?? "-"} ${headers.cookie ?? "-"} ${String(headers["x-a"] ?? "-")}`,
    );
    response.end("other");
  });
  origin = await openHttp(({ method, url = "", headers }, response) => {
    asked.push(
      `origin ${method} ${url} ${headers.authorization ?? "-"} ${headers.cookie ?? "-"} ${String(headers["x-a"] ?? "-")}`,
    );
    if (url === "/codings")
      asked.splice(0, asked.length, ...asked.slice(0, -1), String(headers["accept-encoding"]));
    const [, way, name = ""] = /^\/(\w+)(?:\/(.*?)\/?)?$/.exec(url) ?? [];
    if (way === "away") response.writeHead(307, { location: `${other.url}/there` });
    if (way === "home") response.writeHead(307, { location: "/there" });
    if (way === "down") response.writeHead(302, { location: "http://127.0.0.1:1/" });
    if (way === "named")
      response.writeHead(200, {
        "content-disposition": `attachment; filename="${decodeURIComponent(name)}"`,
      });
    if (way === "busy") response.writeHead(503, { "retry-after": "9" });
    if (way === "large")
      return void response.writeHead(200, { "content-length": "9000" }).end("x".repeat(9000));
    response.end(way === "large" ? "x".repeat(9000) : "origin");
  });
});
afterAll(async () => {
  await origin.close();
  await other.close();
});
beforeEach(() => {
  asked.length = 0;
  folder = mkdtempSync(join(tmpdir(), "meerkat-lines-"));
  writeFileSync(join(folder, "ca.pem"), rootPem);
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

const get = (...words: readonly string[]): ReturnType<typeof meerkat> =>
  meerkat(["get", "-s", "--cacert", place("ca.pem"), ...words], { env: { HOME: folder } });
/** A file in the folder of this test. */
const place = (name: string): string => join(folder, name);

describe("with a method that goes along, by a redirect to another origin", () => {
  const secrets = ["-u", "jane:secret", "-b", "id=secret", "-H", "X-A: 1"];

  it("go neither credentials nor cookies", async () => {
    const { exitCode, stdout } = await get("-L", "-X", "PUT", ...secrets, `${origin.url}/away`);
    expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: "other" });
    expect(asked).toEqual([
      expect.stringMatching(/^origin PUT \/away Basic \S+ id=secret 1$/),
      "other PUT /there - - 1",
    ]);
  });

  it("go neither those of -H", async () => {
    const fields = ["-H", "Authorization: Bearer secret", "-H", "Cookie: id=secret"];
    await get("-L", "-X", "DELETE", ...fields, `${origin.url}/away`);
    expect(asked.at(-1)).toBe("other DELETE /there - - -");
  });

  it("goes no certificate of the client's, and no key is asked of the other", async () => {
    const pin = `sha256//${Buffer.alloc(32).toString("base64")}`;
    const { exitCode } = await get("-L", "-X", "PUT", "--pinnedpubkey", pin, `${origin.url}/home`);
    expect({ exitCode, asked }).toEqual({ exitCode: 90, asked: [] });
  });

  it("they go within the same origin", async () => {
    await get("-L", "-X", "PUT", ...secrets, `${origin.url}/home`);
    expect(asked.map((one) => one.replace(/Basic \S+/, "Basic"))).toEqual([
      "origin PUT /home Basic id=secret 1",
      "origin PUT /there Basic id=secret 1",
    ]);
  });

  it("https: never becomes http:, whatever the method", async () => {
    expect((await get("-L", "-X", "PUT", `${origin.url}/down`)).exitCode).toBe(47);
    expect((await get("-L", "--proto", "=https", `${origin.url}/down`)).exitCode).toBe(1);
  });
});

describe("a name that the server gives a file (-J)", () => {
  it.each([
    ["name.txt", "name.txt"],
    ["a%20b", "a b"],
    ["..%2F..%2Fup.txt", "up.txt"],
    ["%2Fetc%2Fpasswd", "passwd"],
    ["a%5C%5Cb.txt", "b.txt"],
  ])("%s is written as %s, in the folder that is meant", async (given, name) => {
    expect((await get("-OJ", "--output-dir", folder, `${origin.url}/named/${given}`)).exitCode).toBe(0);
    expect(readdirSync(folder).sort()).toEqual(["ca.pem", name].sort());
  });

  it.each([".bashrc", "x%2F..", "a%2F.ssh", "x%2F"])(
    "%s is refused, and nothing is written",
    async (given) => {
      const { exitCode, stderr } = await get("-OJ", "--output-dir", folder, `${origin.url}/named/${given}`);
      expect({ exitCode, files: readdirSync(folder) }).toEqual({ exitCode: 23, files: ["ca.pem"] });
      expect(stderr).toMatch(/not one that is safe to write\.\nhint: /);
    },
  );

  it("is enough where the URL has none", async () => {
    expect((await get("-OJ", "--output-dir", folder, `${origin.url}/named/name.txt/`)).exitCode).toBe(0);
    expect((await get("-OJ", "--output-dir", folder, `${origin.url}/x/`)).exitCode).toBe(23);
    expect(readdirSync(folder).sort()).toEqual(["ca.pem", "name.txt"]);
  });

  it("does not write over a file that is there", async () => {
    writeFileSync(place("name.txt"), "mine");
    expect((await get("-OJ", "--output-dir", folder, `${origin.url}/named/name.txt`)).exitCode).toBe(23);
    expect(readFileSync(place("name.txt"), "utf8")).toBe("mine");
  });
});

describe("a command in one argument", () => {
  const curl = (text: string, ...behind: readonly string[]): ReturnType<typeof meerkat> =>
    meerkat(["curl", text, ...behind], { env: { HOME: folder } });

  it("is the request that it says, as a browser copies it", async () => {
    const { stdout } = await curl(
      `curl '${origin.url}/x' \\\n  -X 'PUT' \\\n  -H 'x-a: "q"' \\\n  --cacert ${place("ca.pem")} -s`,
    );
    expect({ stdout, asked }).toEqual({ stdout: "origin", asked: ['origin PUT /x - - "q"'] });
  });

  it("takes the flags behind it, and tells no secret of them", async () => {
    const { stdout } = await curl(`curl '${origin.url}/x' -X PUT`, "--cacert", place("ca.pem"), "-s");
    expect({ stdout, asked }).toEqual({ stdout: "origin", asked: ["origin PUT /x - - -"] });
    const { exitCode, stderr } = await curl("curl 'htps://localhost/'", "-m", "https://user:S3CRET@host/");
    expect(exitCode).toBe(2);
    expect(stderr).not.toContain("S3CRET");
  });

  it.each([
    ["$(touch MADE)"],
    ["`touch MADE`"],
    ["; touch MADE"],
    ["| tee MADE"],
    ["> MADE"],
    ["&& touch MADE"],
    ["$HOME"],
  ])("with %s is refused: nothing is run, and nothing asked", async (rest) => {
    const { exitCode, stderr } = await curl(
      `curl --cacert ${place("ca.pem")} ${origin.url}/x ${rest.replace("MADE", place("made"))}`,
    );
    expect({ exitCode, asked, made: existsSync(place("made")) }).toEqual({
      exitCode: 2,
      asked: [],
      made: false,
    });
    expect(stderr).toMatch(/^error: The command has .+, and nothing of it is run here\.\nhint: /);
  });

  it("is told without the secrets in it", async () => {
    const { exitCode, stderr } = await curl(
      "curl 'htps://user:S3CRET@localhost/' -m https://user:S3CRET@host/",
    );
    expect(exitCode).toBe(2);
    expect(stderr).not.toContain("S3CRET");
  });
});

describe("files that are read on demand alone", () => {
  it("no .curlrc is read: it would let -k of curl's into this", async () => {
    writeFileSync(place(".curlrc"), `insecure\nheader "X-A: from the file"\n`);
    await get(`${origin.url}/x`);
    expect(asked).toEqual(["origin GET /x - - -"]);
  });

  it("-K says what is in it, and -k there is refused, too", async () => {
    writeFileSync(place("flags"), `insecure\n`);
    const { exitCode, stderr } = await get("-K", place("flags"), `${origin.url}/x`);
    expect({ exitCode, asked }).toEqual({ exitCode: 2, asked: [] });
    expect(stderr).toContain("-k (--insecure) needs a reason");
  });

  it("a login of a file goes to its host alone", async () => {
    writeFileSync(place(".netrc"), "machine localhost login jane password secret", { mode: 0o600 });
    await get("-n", `${origin.url}/x`);
    await get("-n", `${origin.url.replace("localhost", "127.0.0.1")}/x`);
    await get(`${origin.url}/x`);
    expect(asked.map((one) => one.replace(/Basic \S+/, "Basic"))).toEqual([
      "origin GET /x Basic - -",
      "origin GET /x - - -",
      "origin GET /x - - -",
    ]);
  });
});

describe("a place in place of the URL's (--connect-to)", () => {
  it("is spoken to as the URL's host: its name is verified there", async () => {
    const to = `any.localhost:444:127.0.0.1:${origin.port}`;
    expect(await get("--connect-to", to, "https://any.localhost:444/x")).toMatchObject({ stdout: "origin" });
    const strange = `a.example:443:127.0.0.1:${origin.port}`;
    expect((await get("--connect-to", strange, "https://a.example/x")).exitCode).toBe(60);
    expect(asked).toEqual(["origin GET /x - - -"]);
  });

  it("where nothing listens ends with curl's 7", async () => {
    const { exitCode, stderr } = await get("--connect-to", "::127.0.0.1:1", `${origin.url}/x`);
    expect(exitCode).toBe(7);
    expect(stderr).toContain("127.0.0.1 port 1");
  });
});

it("--compressed asks for no coding that cannot be undone here, whatever -H has", async () => {
  const list = "gzip;q=0.5, deflate, br, compress, nonesuch";
  await get("--compressed", "-H", `accept-encoding: ${list}`, `${origin.url}/codings`);
  await get("-H", `accept-encoding: ${list}`, `${origin.url}/codings`);
  expect(asked).toEqual(["gzip;q=0.5, deflate, br", list]);
});

it("--add-cacert trusts a CA beside the others", async () => {
  const words = ["get", "-s", "--add-cacert", place("ca.pem")];
  expect((await meerkat([...words, `${origin.url}/x`])).stdout).toBe("origin");
  expect((await meerkat(["inspect", "--add-cacert", place("ca.pem"), origin.url])).stdout).toContain(
    "A client with these roots would trust it.",
  );
});

it("a body past --max-filesize is not written", async () => {
  expect((await get("--max-filesize", "8999", "-o", place("out"), `${origin.url}/large`)).exitCode).toBe(63);
  expect(existsSync(place("out"))).toBe(false);
  expect((await get("--max-filesize", "9000", "-o", place("out"), `${origin.url}/large`)).exitCode).toBe(0);
});

it("a pause that is longer than --retry-max-time is not made", async () => {
  await get("--retry", "3", "--retry-max-time", "5", `${origin.url}/busy`);
  expect(asked).toHaveLength(1);
});

it("--report json says of several tries what each came to", async () => {
  const { stdout } = await get("--report", "json", `${origin.url}/x`);
  expect(JSON.parse(stdout)).toMatchObject({
    ok: true,
    status: 200,
    attempts: [{ outcome: { status: 200 } }],
  });
});

it("--json with a URL behind it, as it was written before, is explained", async () => {
  const { exitCode, stderr } = await get("--json", `${origin.url}/x`);
  expect({ exitCode, asked }).toEqual({ exitCode: 2, asked: [] });
  expect(stderr).toContain("the report in JSON is --report json");
});
