/** What the program refuses of a command line, it repeats without what may be a secret in it, in text and in JSON. */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openHttp, type Origin, rootPem } from "../client/origin.ts";
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
const commands = [
  ["ca"],
  ["check"],
  ["example"],
  ["explain"],
  ["why"],
  ["get"],
  ["curl"],
  ["inspect"],
  ["verify"],
  [],
];

describe.each(commands.map((command) => ({ command })))(
  "$command refuses without its secret",
  ({ command }) => {
    test.each(urls)("%s", async (url) => {
      const asJson = ["get", "curl"].includes(command[0] ?? "") ? ["--report", "json"] : ["--json"];
      for (const more of [[], asJson]) {
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
    ["-x", "pac+https://localhost:1/S3CRET.pac?key=S3CRET"],
    ["-x", "pac+https://user:S3CRET@localhost:1/proxy.pac"],
    ["-x", "pac+http://localhost:1/S3CRET.pac"],
    ["-x", "pac+S3CRET"],
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
  for (const more of [[], ["--report", "json"]]) {
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

/** One way to be told of a URL; the files that it writes are looked at as well. */
type Form = (setting: {
  /** URLs with a secret wherever one can be; what becomes of each is another thing. */
  readonly urls: readonly string[];
  /** One that answers, with a path and a query. */
  readonly good: string;
  /** A file in the folder of what is read, or of what is written. */
  readonly input: (name: string) => string;
  readonly output: (name: string) => string;
}) => readonly (readonly string[])[];

interface Told {
  /** Flags that shape a report or write a file. Each is in one of the forms, or prints what the caller asks it for. */
  readonly forms: readonly Form[];
  /** Flags that write, and write nothing of a URL; and why. */
  readonly others?: Readonly<Record<string, string>>;
  /** Files that have the URL, because they would be of no use without it. */
  readonly keeps?: RegExp;
  /** How an endpoint is named; the usual is a host with what is left out behind it. */
  readonly names?: RegExp;
}

const ofUrls =
  (...words: readonly string[]): Form =>
  ({ urls, input }) => [[...words, ...urls, "--cacert", input("root.pem"), "-m", "3"]];
const anyway = { "--force": "writes what is written without it", "--partial": "likewise" };

/** Every command, in every form of its report. */
/** `get`, and `curl`, which is the same. */
function requesting(command: string): Told {
  return {
    forms: [[], ["-L"], ["-L", "--fail-with-body"]].map(
      (words): Form =>
        ({ good, input }) =>
          ["", "?leads"].map((query) => [
            command,
            ...words,
            // The path is what was asked for, and told.
            `${new URL(good).origin}/here${query === "" ? "?" : "/lead?"}token=S3CRET#S3CRET`,
            "--cacert",
            input("root.pem"),
          ]),
    ),
    others: {
      "--fail": "prints less",
      "--check-status": "as --fail-with-body, without a word",
      "--silent": "prints less",
      "--verbose": "both heads as they are, to whoever wrote the URL",
      "--include": "the head of the answer, as it is",
      "--head": "likewise",
      "--dump-header": "likewise",
      "--etag-save": "one field of it",
      "--report": "the answer, and what was asked for",
      "--output": "the body",
      "--remote-name": "the body",
      "--no-clobber": "the body, under another name",
      "--cookie-jar": "the cookies",
      "--write-out": "what is named, and a URL where that is named",
      "--json": "is sent",
      "--stderr": "what is printed without it",
      "--remote-name-all": "the body",
      "--output-dir": "the folder of bodies",
    },
  };
}

const told: Readonly<Record<string, Told | "is given no URL, or none that anything is asked with">> = {
  get: requesting("get"),
  curl: requesting("curl"),
  tour: "is given no URL, or none that anything is asked with",
  why: {
    forms: [[], ["--json"], ["--html"]].map(
      (words): Form =>
        ({ good, input, output }) =>
          ["/here?", "/lead?"].map((path, i) => [
            "why",
            ...words,
            ...(words.includes("--html") ? [output(`page-${i}.html`)] : []),
            `${new URL(good).origin}${path}token=S3CRET#S3CRET`,
            "--cacert",
            input("root.pem"),
          ]),
    ),
    others: anyway,
  },
  lab: "is given no URL, or none that anything is asked with",
  inspect: {
    forms: [[], ["--json"]].map(
      (words): Form =>
        ({ urls, good, input }) =>
          [good, urls.at(-1) ?? ""].map((url) => ["inspect", ...words, url, "--cacert", input("root.pem")]),
    ),
  },
  verify: "is given no URL, or none that anything is asked with",
  ca: {
    forms: [
      ofUrls("ca"),
      ofUrls("ca", "-v"),
      ofUrls("ca", "--json"),
      ({ input }) => [["ca", "--from", input("urls.txt"), "--cacert", input("root.pem"), "-m", "3"]],
      ({ urls, input, output }) => {
        const lock = ["--lock", output("meerkat.lock.json")];
        const visit = ["--cacert", input("root.pem"), "-m", "3", "--partial"];
        return [
          ["ca", ...urls, ...visit, ...lock, "-o", output("ca.pem")],
          ["ca", "--locked", ...lock, "-v"],
          ["ca", "--locked", ...lock, "--json", "--force"],
          ["ca", "--update", output("meerkat.lock.json"), ...visit, "-v"],
          ["ca", "--update", output("meerkat.lock.json"), ...visit, "--json"],
          ["ca", "--update", output("meerkat.lock.json"), ...visit, "-o", output("ota/")],
        ];
      },
    ],
    others: { "--verify-manifest": "looks at files alone" },
    // Whoever repeats it visits the same URLs.
    keeps: /meerkat\.lock\.json$/,
  },
  check: {
    forms: [
      ({ urls, input }) => [["check", input("root.pem"), ...urls, "-m", "3"]],
      ({ urls, input }) => [["check", input("root.pem"), ...urls, "-m", "3", "--json"]],
      ({ urls, input, output }) => [
        ["check", input("root.pem"), ...urls, "-m", "3", "--html", output("page.html"), "-d", "python"],
      ],
      ({ input }) => [["check", "--fleet", input("fleet.json"), "-m", "3", "-v"]],
      ({ input, output }) => [
        ["check", "--fleet", input("fleet.json"), "-m", "3", "--json", "--junit", output("junit.xml")],
      ],
      ({ input, output }) => [
        ["check", "--fleet", input("fleet.json"), "-m", "3", "--sarif", output("fleet.sarif")],
      ],
    ],
    others: anyway,
  },
  survey: {
    forms: [[], ["-v"], ["--json", "-"], ["--csv", "-"], ["--html", "-"]].map(
      (words): Form =>
        ({ input, output }) => [
          [
            "survey",
            ...words,
            input("urls.txt"),
            "-o",
            output("seen.db"),
            "--force",
            "--cacert",
            input("root.pem"),
            "-m",
            "3",
          ],
        ],
    ),
    others: { ...anyway, "--contact": "says who asks, to those who are asked" },
    // The run is gone on with from there.
    keeps: /seen\.db/,
    names: /localhost:\d+/,
  },
  watch: {
    forms: ["text", "json"].map((log): Form => ({ input, output }) => [
      ["watch", "--once", "--list", input("urls.txt"), "--store", output("watch.db")].concat(
        ["--listen", "127.0.0.1:0", "--cacert", input("root.pem")],
        ["-m", "3", "--log", log],
      ),
    ]),
    others: {
      "--store": "the history, with the URLs that are visited again",
      "--config": "is read",
      "--every": "is a span of time",
      "--print-schema": "prints what may stand in a configuration",
    },
    keeps: /watch\.db/,
    names: /7endpoints/,
  },
  example: {
    forms: [[], ["--json"]].map(
      (words): Form =>
        ({ urls, good, input, output }) =>
          [good, ...urls].map((url, i) => [
            "example",
            url,
            "--for",
            "python",
            "-o",
            output(`example-${i}`),
            "--cacert",
            input("root.pem"),
            "-m",
            "3",
            ...words,
          ]),
    ),
    others: { "--force": "writes what is written without it", "--key": "is read" },
    // The program asks with the URL, and says so.
    keeps: /example-\d+\/main\.py$/,
  },
  explain: "is given no URL, or none that anything is asked with",
  completion: "is given no URL, or none that anything is asked with",
  man: "is given no URL, or none that anything is asked with",
};

describe("a URL's path, query and user are told by nobody", () => {
  let origin: Origin;
  let elsewhere: Origin;
  beforeAll(async () => {
    elsewhere = await openHttp((_, response) => response.end());
    origin = await openHttp(({ url = "" }, response) => {
      const way = /\/(lead|down|loop|silent)\b/.exec(url)?.[1];
      if (way === "silent") return void response.destroy();
      const to = {
        lead: `${elsewhere.url}/there?token=S3CRET`,
        down: "http://localhost:1/S3CRET?token=S3CRET",
        loop: url,
      }[way ?? ""];
      if (to !== undefined) response.writeHead(302, { location: to });
      response.end();
    });
  });
  afterAll(async () => {
    await origin.close();
    await elsewhere.close();
  });

  const cases = Object.entries(told).flatMap(([command, row]) =>
    typeof row === "string"
      ? []
      : row.forms.map((form, index) => ({ command, index, form, keeps: row.keeps, names: row.names })),
  );
  test.each(cases)(
    "$command, form $index",
    async ({ command, form, keeps, names = /localhost:\d+\/\S*\*{3}/ }) => {
      const folder = mkdtempSync(join(tmpdir(), "meerkat-secrets-"));
      const [input, output] = ["in", "out"].map((name) => {
        mkdirSync(join(folder, name));
        return (file: string) => join(folder, name, file);
      }) as [(file: string) => string, (file: string) => string];
      const asked = (way: string): string => `${origin.url}/${way}/S3CRET?token=S3CRET#S3CRET`;
      const broker = `mqtts://user:S3CRET@localhost:${origin.port}/S3CRET?token=S3CRET`;
      const urls = [
        ...["here", "lead", "down", "loop", "silent"].map(asked),
        "https://localhost:1/S3CRET?token=S3CRET",
        broker,
      ];
      writeFileSync(input("root.pem"), rootPem);
      writeFileSync(input("urls.txt"), urls.join("\n"));
      const firmware = { name: "lamp", device: "python", bundle: "root.pem", endpoints: urls };
      writeFileSync(input("fleet.json"), JSON.stringify({ schema: 1, firmwares: [firmware] }));
      try {
        const all: string[] = [];
        for (const words of form({ urls, good: asked("here"), input, output })) {
          const { stdout, stderr } = await meerkat(words, { terminal: true });
          expect({ words, stdout: stdout.replaceAll(/\s+/g, ""), stderr }).toEqual({
            words,
            stdout: expect.not.stringContaining("S3CRET"),
            stderr: expect.not.stringContaining("S3CRET"),
          });
          all.push(stdout, stderr);
        }
        const written = readdirSync(output(""), { recursive: true, withFileTypes: true, encoding: "utf8" });
        for (const { name, parentPath } of written.filter((one) => one.isFile())) {
          const path = join(parentPath, name);
          if (keeps?.test(path) === true) continue;
          const said = readFileSync(path, "utf8");
          expect([path, said.replaceAll(/\s+/g, "").includes("S3CRET")]).toEqual([path, false]);
          all.push(said);
        }
        // A report that names nothing leaks nothing, and would show nothing here.
        if (!["get", "curl"].includes(command)) expect(all.join("").replaceAll(/\s+/g, "")).toMatch(names);
      } finally {
        rmSync(folder, { recursive: true });
      }
    },
  );

  test("of every command there is a row", async () => {
    const { stdout } = await meerkat(["--help"]);
    const names = [...stdout.matchAll(/^ {2}([a-z]+(?:, [a-z]+)*) {2,}\S/gm)].flatMap(([, row = ""]) =>
      row.split(", "),
    );
    expect(names).toContain("check");
    expect(Object.keys(told)).toEqual(names);
  });

  test.each(cases.filter(({ index }) => index === 0))(
    "of $command, every flag that writes has a form",
    async ({ command }) => {
      const { stdout } = await meerkat([command, "--help"]);
      const flags = stdout
        .split("\n\n")
        .filter((section) => /^.*:\n {2}-/.test(section))
        .flatMap((section) => section.split(/\n(?= {2}-)/).slice(1))
        .map((text) => text.replaceAll(/\s+/g, " "))
        .filter((text) => /\b(?:writes?|print|every|JSON|recorded|goes)\b/.test(text));
      expect(flags).not.toEqual([]);
      const row = told[command];
      if (row === undefined || typeof row === "string") throw new Error("a row with forms");
      const named = (name: string): string => name;
      const setting = { urls: ["https://x/"], good: "https://x/", input: named, output: named };
      const words = new Set(row.forms.flatMap((form) => form(setting).flat()));
      const missing = flags.filter((text) => {
        const names = (/^ *((?:-\w, )?--[\w-]+)/.exec(text)?.[1] ?? "").split(", ");
        return !names.some((name) => words.has(name) || Object.hasOwn(row.others ?? {}, name));
      });
      expect(missing).toEqual([]);
    },
  );
});

test("a file's name with an @ in it is shown", async () => {
  const { stderr } = await meerkat(["inspect", "no/such/ca@2x.pem"]);
  expect(stderr).toContain('"no/such/ca@2x.pem"');
});
