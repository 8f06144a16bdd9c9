/** What the program refuses of a command line, it repeats without what may be a secret in it, in text and in JSON. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openHttp, rootPem } from "../client/origin.ts";
import { meerkat } from "./transcript.ts";

const urls = [
  "htps://user:S3CRET@localhost/",
  "user:S3CRET@localhost",
  "http//user:S3CRET@localhost",
  "https://user:S3CRET@localhost:99999/",
  "https://user:pa/S3CRET@localhost:1/",
  "https://user:pa\\S3CRET@localhost:1/",
  "https://localhost:S3CRET/",
  "https:user:S3CRET",
  "https://user%3AS3CRET%40localhost/",
  "localhost/?token=S3CRET",
];
const commands = [["ca"], ["check"], ["example"], ["explain"], ["why"], ["get"], ["inspect"], ["verify"], []];

describe.each(commands.map((command) => ({ command })))(
  "$command refuses without its secret",
  ({ command }) => {
    test.each(urls)("%s", async (url) => {
      for (const more of [[], ["--json"]]) {
        const { exitCode, stdout, stderr } = await meerkat([...command, url, ...more]);
        expect(exitCode).not.toBe(0);
        expect(stdout + stderr).toMatch(/error/);
        expect(stdout + stderr).not.toContain("S3CRET");
      }
    });
  },
);

describe("a list of URLs is refused at its line, without the secret in it", () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "meerkat-secrets-"));
  });
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });
  test.each(urls)("%s", async (url) => {
    const file = join(folder, "urls.txt");
    writeFileSync(file, `# sites\n${url}\n`);
    const { stderr } = await meerkat(["ca", "--from", file]);
    expect(stderr).toContain("line 2");
    expect(stderr).not.toContain("S3CRET");
  });
});

test.each(
  [
    ["-x", "htps://user:S3CRET@host"],
    ["-x", "http://user:S3CRET@host:99999"],
    ["--proxy=htps://user:S3CRET@host"],
    ["-xhtps://user:S3CRET@host"],
    ["-X", "https://user:S3CRET@host/"],
    ["-m", "https://user:S3CRET@host/"],
    ["-m", 'https://user:"S3CRET@host/'],
    ["--cacert", "https://user:S3CRET@host/"],
    ["--cert", "https://user:S3CRET@host/"],
    ["--resolve", "user:S3CRET@host"],
    ["-H", "Authorization Bearer S3CRET"],
    ["-F", "S3CRET"],
    ["-F", "password=S3CRET;type=text/plain"],
    ["-u", "S3CRET"],
  ].map((flags) => ({ flags })),
)("get $flags is refused without its secret", async ({ flags }) => {
  for (const more of [[], ["--json"]]) {
    const { exitCode, stdout, stderr } = await meerkat(["get", "https://localhost:1/", ...flags, ...more]);
    expect(exitCode).not.toBe(0);
    expect(stdout + stderr).not.toContain("S3CRET");
  }
});

test("where an answer leads, and what was asked, are told without their queries", async () => {
  await using origin = await openHttp((_, response) => {
    response.writeHead(302, { location: "http://localhost:1/there?sig=S3CRET" }).end();
  });
  const url = `${origin.url}/here?token=S3CRET`;
  const folder = mkdtempSync(join(tmpdir(), "meerkat-secrets-"));
  const cacert = join(folder, "root.pem");
  const page = join(folder, "page.html");
  writeFileSync(cacert, rootPem);
  try {
    for (const command of [["get"], ["get", "-L"], ["why"], ["why", "--json"], ["why", "--html", page]]) {
      const { stdout, stderr } = await meerkat([...command, "--cacert", cacert, url]);
      const written = command.includes(page) ? readFileSync(page, "utf8") : "";
      const said = (stdout + stderr + written).replaceAll(/\s+/g, "");
      expect([command, said]).toEqual([command, expect.stringContaining("/there?***")]);
      expect(said).not.toContain("S3CRET");
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test("a file's name with an @ in it is shown", async () => {
  const { stderr } = await meerkat(["inspect", "no/such/ca@2x.pem"]);
  expect(stderr).toContain('"no/such/ca@2x.pem"');
});
