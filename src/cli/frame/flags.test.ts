/** A flag's declaration is all there is of it: what is parsed and its type both follow. */
import { Command, CommanderError } from "commander";
import { describe, expect, expectTypeOf, test } from "vitest";
import {
  choice,
  date,
  json,
  needed,
  negated,
  onFlags,
  parsed,
  repeated,
  seconds,
  text,
  toggle,
  whole,
  withDefault,
  type FlagsOf,
} from "./flags.ts";

const list = [
  toggle("-p, --partial", "whether"),
  text("--cookie-jar <file>", "where"),
  repeated("-H, --header <line>", "which"),
  seconds("-m, --max-time <seconds>", "how long"),
  date("--at <date>", "when"),
  choice("--role <role>", "who", ["server", "client"]),
  parsed("--retry <times>", "how often", { read: whole(0, 10), takes: "It takes a whole number." }),
  negated("--no-redirects", "not"),
  needed(text("-n, --name <host>", "whom")),
  withDefault(text("--lock <file>", "what"), "meerkat.lock.json"),
  json(),
];
type Flags = FlagsOf<typeof list>;

interface Expected {
  readonly partial?: boolean;
  readonly cookieJar?: string;
  readonly header?: readonly string[];
  readonly maxTime?: number;
  readonly at?: number;
  readonly role?: "server" | "client";
  readonly retry?: number;
  readonly redirects: boolean;
  readonly name: string;
  readonly lock: string;
  readonly json?: boolean;
}

async function parse(...argv: string[]): Promise<Flags | undefined> {
  let given: Flags | undefined;
  const command = new Command().exitOverride().configureOutput({ writeErr: () => undefined });
  command.argument("<url>").argument("[more...]");
  onFlags(command, list, (flags, _url: string, _more: readonly string[]) => void (given = flags));
  await command.parseAsync(["https://a.example/", ...argv], { from: "user" });
  return given;
}

describe("the flags of a command", () => {
  test("have the type that their declarations say", () => {
    expectTypeOf<Flags>().toEqualTypeOf<Expected>();
  });

  test("come to what that type says, each where it is given", async () => {
    const argv =
      "--partial --cookie-jar j -H a -H b -m 1.5 --at 2029-01-31 --role client --retry 3 --no-redirects -n h --lock l --json";
    const expected: Required<Flags> = {
      partial: true,
      cookieJar: "j",
      header: ["a", "b"],
      maxTime: 1500,
      at: Date.UTC(2029, 0, 31),
      role: "client",
      retry: 3,
      redirects: false,
      name: "h",
      lock: "l",
      json: true,
    };
    expect(await parse(...argv.split(" "))).toEqual(expected);
  });

  test("come to nothing where they are left out, but for those that always have a value", async () => {
    expect(await parse("-n", "h")).toEqual({ redirects: true, name: "h", lock: "meerkat.lock.json" });
  });

  test.each([
    [
      ["-m", "0"],
      'Option "-m, --max-time <seconds>" cannot be "0". It takes a number of seconds above 0, up to 24 days.',
    ],
    [["--role", "x"], 'Option "--role <role>" cannot be "x". It takes one of server, client.'],
    [["--retry", "11"], 'Option "--retry <times>" cannot be "11". It takes a whole number.'],
    [["--at", "2029-02-31x"], 'Option "--at <date>" cannot be "2029-02-31x".'],
    [["--at", "2027-02-30"], 'Option "--at <date>" cannot be "2027-02-30".'],
  ])("are refused with what they take: %j", async (argv, message) => {
    const refusal = parse("-n", "h", ...argv);
    await expect(refusal).rejects.toThrow(CommanderError);
    await expect(refusal).rejects.toThrow(message);
  });
});

test("for the compiler: what is not declared cannot be read, and a default is of the flag's own kind", () => {
  // @ts-expect-error: no flag is called that
  type Unknown = Flags["colour"];
  // @ts-expect-error: a text, and not a number
  const wrong = withDefault(text("--lock <file>", "what"), 5);
  // @ts-expect-error: only a flag of the form --no-x is true until it is given
  const positive = negated("--redirects", "not");
  expectTypeOf<Unknown>().toBeAny();
  expect([wrong, positive]).toHaveLength(2);
});
