/** What is near to a target and is none: each command says what is wrong with it, and how one that is meant is written. */
import { expect, test } from "vitest";
import { meerkat } from "./transcript.ts";

const port =
  /^error: "host:99999" has the port "99999", which is not a number from 1 to 65535\.\nhint: Correct the port; /;
const empty = /^error: The URL is empty\.\nhint: A URL looks like /;
const address =
  /^error: The URL "::1" has no scheme\.\nhint: An IPv6 address stands in brackets: "https:\/\/\[::1\]" for a web site, "\[::1\]:port"/;
const noPort = /^error: "host:" has the port "", which is not a number/;
const database =
  /^error: "postgres:\/\/" is not a URL that can be read\.\nhint: .* postgres:\/\/host or postgres:\/\/host:port\.\n$/;
const ssh =
  /^error: The URL "ssh:\/\/host" has the scheme "ssh", which is not supported\.\nhint: SSH has host keys/;

const endpoints: readonly (readonly [target: string, says: RegExp])[] = [
  ["host:99999", port],
  ["", empty],
  ["::1", address],
  ["host:", noPort],
  ["postgres://", database],
  ["ssh://host", ssh],
];
const commands = [["why"], ["ca"], ["check", "package.json"], ["example", "--for", "python"]];

test.each(commands.flatMap((command) => endpoints.map(([target, says]) => ({ command, target, says }))))(
  "$command $target",
  async ({ command, target, says }) => {
    const { exitCode, stdout, stderr } = await meerkat([...command, target]);
    expect({ stdout, stderr }).toEqual({ stdout: "", stderr: expect.stringMatching(says) });
    expect(exitCode).not.toBe(0);
  },
);

test.each([
  ["host:99999", port],
  ["postgres://", database],
  ["ssh://host", ssh],
  [
    "bücher.example",
    /there is no such file\.\nhint: If it is a server: meerkat inspect https:\/\/bücher\.example\n$/,
  ],
  [
    "localhost.localdomain.",
    /hint: If it is a server: meerkat inspect https:\/\/localhost\.localdomain\.\n$/,
  ],
  ["::1", /hint: If it is a server: meerkat inspect https:\/\/\[::1\]\n$/],
  ["[::1]", /hint: If it is a server: meerkat inspect https:\/\/\[::1\]\n$/],
  ["nothing.pem", /hint: Relative paths start at the working directory\.\n$/],
])("inspect %j", async (target, says) => {
  const { exitCode, stderr } = await meerkat(["inspect", target]);
  expect(stderr).toMatch(says);
  expect(exitCode).not.toBe(0);
});

test.each(["::1", "[::1]", "bücher.example", "host."])("verify --name takes %s", async (name) => {
  const { stderr } = await meerkat(["verify", "--name", name]);
  expect(stderr).toMatch(/^error: Option "-a, --anchors <store>" has to be given\./);
});
