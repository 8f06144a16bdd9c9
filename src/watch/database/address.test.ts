/** Addresses of databases: which are reached in plain text, which over TLS that is verified, and which are refused. */
import { describe, expect, test } from "vitest";
import { Client } from "../../client/index.ts";
import { WatchError } from "../watch-error.ts";
import { databaseAddress, isDatabaseUrl } from "./address.ts";
import { poolSettings, redisSettings } from "./settings.ts";

const client = new Client({ roots: "mozilla" });
const settingsOf = (text: string): object => poolSettings(client, databaseAddress(text));

function refusalOf(text: string): WatchError {
  try {
    databaseAddress(text);
  } catch (error) {
    if (error instanceof WatchError) return error;
    throw error;
  }
  throw new Error("It was taken.");
}

describe("a database", () => {
  test.each([
    ["postgres://u:p@localhost/db?sslmode=disable", "postgres://localhost"],
    ["postgresql://u@127.0.0.9:6432/db?sslmode=disable", "postgresql://127.0.0.9:6432"],
    ["postgres://[::1]/db?sslmode=disable", "postgres://[::1]"],
    ["redis://:p@localhost:6380", "redis://localhost:6380"],
    ["postgres://u@%2Frun%2Fpostgresql/db", "postgres:///run/postgresql"],
    ["postgres:///db?host=/run/postgresql", "postgres:///run/postgresql"],
    ["postgres://%2Frun%2Fpostgresql/db?sslmode=require", "postgres:///run/postgresql"],
  ])("of this machine may be reached in plain text: %s", (text, name) => {
    expect(databaseAddress(text)).toMatchObject({ isPlain: true, name });
    if (text.startsWith("postgres")) expect(settingsOf(text)).not.toHaveProperty("stream");
  });

  test.each([
    "postgres://u:p@db.example/db",
    "postgres://u:p@localhost/db",
    "postgres://db.example/db?sslmode=require",
    "postgres://db.example/db?sslmode=verify-ca",
    "postgres://db.example/db?sslmode=verify-full&sslrootcert=/etc/ca.pem",
  ])("is reached over our own socket, which verifies it: %s", (text) => {
    expect(databaseAddress(text).isPlain).toBe(false);
    expect(settingsOf(text)).toMatchObject({ ssl: false, stream: expect.any(Function) as unknown });
  });

  test.each([
    ["postgres://db.example/db?sslmode=disable", /plain text/],
    ["redis://db.example", /plain text/],
    ["postgres://localhost.evil.example/db?sslmode=disable", /plain text/],
    ["postgres://localhost/db?sslmode=disable&host=db.example", /says in its query where to connect/],
    ["postgres:///db?sslmode=disable&host=db.example", /says in its query where to connect/],
    ["postgres://localhost/db?sslmode=disable&sslmode=require", /says something in its query/],
    ["postgres://localhost/db?host=/run/postgresql&sslmode=disable", /says in its query where to connect/],
    ["postgres://db.example/db?sslmode=no-verify", /trusted unverified/],
    ["postgres://db.example/db?sslmode=prefer", /trusted unverified/],
    ["postgres://localhost/db?sslmode=allow", /trusted unverified/],
    ["postgres://db.example/db?sslmode=on", /sslmode that PostgreSQL does not know/],
    ["postgres://db.example/db?ssl=0", /says something in its query/],
    ["postgres://db.example/db?uselibpqcompat=true", /says something in its query/],
    ["postgres://db.example/db?password=S3CRET", /says something in its query/],
    ["postgres://db.example/db?options=-c%20role%3DS3CRET", /says something in its query/],
    ["postgres://db.example/db?S3CRET=1", /says something in its query/],
    ["postgres://S3CRET:4711/S3CRET@db.example/x", /an @ behind its host/],
    ["postgres://S3CRET:4711?S3CRET@db.example/x", /an @ behind its host/],
    ["postgres://S3CRET:4711#S3CRET@db.example/x", /an @ behind its host/],
    ["postgres://S3CRET:?S3CRET@db.example/x", /an @ behind its host/],
    ["rediss://S3CRET:4711/S3CRET@db.example", /an @ behind its host/],
    ["postgres://u:pw/S3CRET@db.example/x", /not a URL of PostgreSQL or Redis/],
    ["postgres:///db", /names no host/],
    ["rediss://db.example?Connector=S3CRET", /says something in its query/],
    ["rediss://db.example?sslmode=disable", /says something in its query/],
    ["redis://localhost?host=db.example", /says something in its query/],
    ["rediss://db.example/S3CRET", /names a database that is not a number/],
    ["mysql://u:S3CRET@db.example", /not a URL of PostgreSQL or Redis/],
    ["S3CRET", /not a URL of PostgreSQL or Redis/],
  ])("is refused: %s", (text, sentence) => {
    const { message, hint } = refusalOf(text);
    expect(message).toMatch(sentence);
    expect(`${message} ${hint ?? ""}`).not.toContain("S3CRET");
  });

  test("that would be plain text is told what to write for the database that it is", () => {
    const [postgres, redis] = ["postgres://db.example/db?sslmode=disable", "redis://db.example"].map(
      (text) => refusalOf(text).hint,
    );
    expect(postgres).toMatch(/^Leave sslmode=disable out\. (?!.*redis)/);
    expect(redis).toMatch(/^Write rediss: in place of redis:\. (?!.*sslmode)/);
  });

  test("is told user, password and name as they are meant, and nothing that was not checked", () => {
    const text = "postgres://us%40er:it's%2Fa%25secret@db.example:6432/my%20db?application_name=me";
    expect(settingsOf(text)).toEqual({
      host: "db.example",
      port: 6432,
      user: "us@er",
      password: "it's/a%secret",
      database: "my db",
      application_name: "me",
      ssl: false,
      stream: expect.any(Function) as unknown,
    });
    expect(settingsOf("postgres://[::1]/?sslmode=disable")).toEqual({ host: "::1", port: 5432, ssl: false });
    expect(() => settingsOf("postgres://u:S3CRET%@db.example/db")).toThrow(/a % that stands for no sign\.$/);
  });
});

test("ioredis is told user, password and database as they are meant, and nothing that was not checked", () => {
  const told = (text: string): object => redisSettings(client, databaseAddress(text), { stillOpenMs: 1_000 });
  expect(told("rediss://us%40er:it's%2Fa%25secret@db.example:6380/2?sslrootcert=/etc/ca.pem")).toEqual({
    host: "db.example",
    port: 6380,
    username: "us@er",
    password: "it's/a%secret",
    db: 2,
    disconnectTimeout: 1_000,
    Connector: expect.any(Function) as unknown,
  });
  expect(told("redis://[::1]")).toEqual({ host: "::1", port: 6379, db: 0, disconnectTimeout: 1_000 });
});

test.each([
  ["postgres://host/db", true],
  ["redis://host", true],
  ["watch.db", false],
  ["C:\\watch.db", false],
  ["/var/lib/watch.db", false],
  ["folder//watch.db", false],
])("%s is a URL: %s", (text, expected) => {
  expect(isDatabaseUrl(text)).toBe(expected);
});
