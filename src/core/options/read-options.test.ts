/** Options are the caller's own properties, each read once, by a table that knows every one of them. */
import { describe, expect, expectTypeOf, test } from "vitest";
import { asGiven, dictionary, listOf, needed, record, text, variables } from "./checks.ts";
import { mergeOptions, readOptions, type Checks, type NeededCheck } from "./read-options.ts";
import type { Own } from "./own.ts";

interface Asked {
  readonly name: string;
  readonly tags?: readonly string[];
  readonly inner?: { readonly reason: string };
  readonly byHost?: Readonly<Record<string, string>>;
}

const checks: Checks<Asked> = {
  name: needed(text),
  tags: listOf(text),
  inner: record<NonNullable<Asked["inner"]>>({ reason: needed(text) }),
  byHost: dictionary(text, "{ host: text }"),
};

/** An object whose properties count how often they are read. */
function counting<T extends object>(values: T): { readonly given: T; readonly reads: Map<string, number> } {
  const reads = new Map<string, number>();
  const given = {} as T;
  for (const [name, value] of Object.entries(values)) {
    Object.defineProperty(given, name, {
      enumerable: true,
      get: () => {
        reads.set(name, (reads.get(name) ?? 0) + 1);
        return value as unknown;
      },
    });
  }
  return { given, reads };
}

describe("options that are read", () => {
  test("have every option as a property of their own, and are frozen", () => {
    const read = readOptions({ name: "x" }, checks);
    expect(Object.keys(read)).toEqual(["name", "tags", "inner", "byHost"]);
    expect(Object.getPrototypeOf(read)).toBe(null);
    expect(Object.isFrozen(read)).toBe(true);
  });

  test("are read once, nested ones too", () => {
    const inner = counting({ reason: "r" });
    const byHost = counting({ a: "1" });
    const { given, reads } = counting({ name: "x", inner: inner.given, byHost: byHost.given });
    readOptions(given, checks);
    const all = [...reads, ...inner.reads, ...byHost.reads];
    expect(all).toEqual([
      ["name", 1],
      ["inner", 1],
      ["byHost", 1],
      ["reason", 1],
      ["a", 1],
    ]);
  });

  test("are read once from a Proxy, and asked of nothing else", () => {
    const traps: string[] = [];
    const proxy = new Proxy<Asked>(
      { name: "x" },
      {
        get: (target, name) => (traps.push(`get ${String(name)}`), Reflect.get(target, name) as unknown),
        has: (target, name) => (traps.push(`has ${String(name)}`), Reflect.has(target, name)),
      },
    );
    expect(readOptions(proxy, checks).name).toBe("x");
    expect(traps).toEqual(["get name"]);
  });

  test("stay what they were when the caller's object changes", () => {
    const given = { name: "x", tags: ["a"], inner: { reason: "r" }, byHost: { a: "1" } };
    const read = readOptions<Asked>(given, checks);
    given.tags.push("b");
    given.inner.reason = "other";
    given.byHost.a = "2";
    expect(read).toEqual({ name: "x", tags: ["a"], inner: { reason: "r" }, byHost: { a: "1" } });
  });

  test.each<[string, object]>([
    [
      "a class's getter",
      new (class {
        get tags(): string[] {
          return [];
        }
      })(),
    ],
    ["an object that stands as the prototype", Object.create({ tags: [] }) as object],
  ])("are not inherited: %s is refused, not ignored", (_, given) => {
    expect(() => readOptions(Object.assign(given, { name: "x" }), checks)).toThrow(
      'The option "tags" was given a value that the object inherits',
    );
  });

  test("of an object with methods are its own properties", () => {
    class Options {
      readonly name = "x";
      toJSON(): string {
        return "";
      }
    }
    expect(readOptions(new Options(), checks).name).toBe("x");
  });

  test.each<[unknown, string]>([
    [null, "null"],
    [7, "a value of type number"],
    ["x", "a value of type string"],
  ])("are an object, and not %j", (given, kind) => {
    expect(() => readOptions(given, checks)).toThrow(`"options" was given ${kind}`);
    expect(() => readOptions({ name: "x", inner: given }, checks)).toThrow(`"inner" was given ${kind}`);
  });

  test.each<[object, string]>([
    [{ nane: "x" }, "nane"],
    [{ name: "x", inner: { reason: "r", reasn: 1 } }, "inner.reasn"],
    [JSON.parse('{ "__proto__": 1 }') as object, "__proto__"],
    [{ constructor: 1 }, "constructor"],
  ])("with a name that nobody knows are refused: %j", (given, name) => {
    expect(() => readOptions(given, checks)).toThrow(`There is no option "${name}".`);
  });

  test("that are needed are asked for", () => {
    expect(() => readOptions({}, checks)).toThrow('"name" was given nothing; it takes a string');
    expect(() => readOptions({ name: "x", inner: {} }, checks)).toThrow('"inner.reason" was given nothing');
  });

  test.each([new Map(), new Set(), [], new Date(), new URL("https://a/")])(
    "by name stand in a plain object, and not in %o",
    (byHost) => {
      expect(() => readOptions({ name: "x", byHost }, checks)).toThrow("something other than a plain object");
    },
  );
});

test("merged options take what is said, null too, and keep what is not", () => {
  interface Two {
    readonly a?: string | null;
    readonly b?: string;
  }
  const two: Checks<Two> = { a: asGiven(), b: asGiven() };
  const merged = mergeOptions(
    two,
    readOptions({ a: "1", b: "2" }, two),
    readOptions({ a: null, b: undefined }, two),
  );
  expect({ ...merged }).toEqual({ a: null, b: "2" });
});

describe("for the compiler", () => {
  test("a table lacks no option, and has none that is not declared", () => {
    // @ts-expect-error: "b" has no check
    const short: Checks<{ readonly a?: string; readonly b?: string }> = { a: text };
    // @ts-expect-error: there is no "b"
    const long: Checks<{ readonly a?: string }> = { a: text, b: text };
    // @ts-expect-error: text is not a number
    const wrong: Checks<{ readonly a?: number }> = { a: text };
    // @ts-expect-error: an option that has to be given needs its check to say so
    const lax: Checks<{ readonly a: string }> = { a: text };
    interface Inner {
      readonly b?: string;
    }
    // @ts-expect-error: nor is a nested option forgotten
    const inner: Checks<Inner> = {};
    const nested: Checks<{ readonly a?: Inner }> = { a: record(inner) };
    expect([short, long, wrong, lax, nested]).toHaveLength(5);
  });

  test("what is read names every option", () => {
    expectTypeOf<Own<Asked>["tags"]>().toEqualTypeOf<readonly string[] | undefined>();
    expectTypeOf<Own<Asked>["name"]>().toEqualTypeOf<string>();
    expectTypeOf<Checks<Asked>["name"]>().toEqualTypeOf<NeededCheck<string>>();
    // @ts-expect-error: a literal that leaves one out would have it read from its prototype
    const partial: Own<Asked> = { name: "x" };
    expect(partial.name).toBe("x");
  });
});

describe("variables", () => {
  test("are read from process.env, and from a plain object", () => {
    expect(variables(process.env, "environment")).toEqual({ ...process.env });
    expect(variables({ HTTPS_PROXY: "http://proxy.example" }, "environment")).toEqual({
      HTTPS_PROXY: "http://proxy.example",
    });
  });

  test.each([new Map(), ["A=b"], "A=b", null])("do not stand in %o", (value) => {
    expect(() => variables(value, "environment")).toThrow("variables by name");
  });
});
