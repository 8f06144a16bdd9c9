/** The reduction of a refusal, against sites that are functions of a request's fields. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { endedBy } from "../../test/why/made-up.ts";
import { HttpsError } from "../core/index.ts";
import type { Field } from "../http1/index.ts";
import { overVersion } from "./http-version.ts";
import { connectionBudget } from "./limits.ts";
import { reduceRefusal, type Reduction, type ReductionInput, type RequestResult } from "./reduction.ts";
import {
  applyChanges,
  browserChanges,
  cookiesOf,
  unusualChanges,
  type RequestChange,
} from "./request-change.ts";
import type { HttpVersion, RequestGave } from "./observation.ts";

type Site = (fields: readonly Field[], count: number, version: HttpVersion) => number;

const ours: readonly Field[] = [
  ["Host", "site.example:8443"],
  ["User-Agent", "meerkat/0.1.0"],
  ["Accept", "*/*"],
  ["Accept-Encoding", "gzip"],
];

/** What an experiment came to; without what it gave, there was no time for it. */
function result(changes: readonly RequestChange[], gave: RequestResult["gave"], again?: true): RequestResult {
  return {
    kind: "request",
    experiment: { kind: "request", changes, ...(again && { again }) },
    ms: 1,
    undone: gave === undefined ? { kind: "no-time-left" } : undefined,
    gave,
  };
}

interface Outcome {
  readonly reduction: Exclude<Reduction, { readonly kind: "open" | "confirm" }>;
  readonly requests: number;
}

const told = { origin: "https://site.example:8443", cookies: "pass=1" };

/** Whether there is another version of HTTP, and nothing else, to try. HTTP/2 is what is spoken. */
type Versions = Partial<Pick<ReductionInput, "other" | "isOfVersion">>;

/** Asks the site whatever the reduction wants, until it wants no more. */
function run(site: Site, fields: readonly Field[] = ours, versions: Versions = {}): Outcome {
  let requests = 0;
  const ask = (asked: readonly Field[], changes: readonly RequestChange[] = []): number => {
    const [change] = changes;
    return site(asked, ++requests, change?.kind === "version" ? change.version : "h2");
  };
  const first = { status: ask(fields), ended: undefined };
  const results: RequestResult[] = [];
  for (;;) {
    const reduction = reduceRefusal({ fields, first, told, results, ...versions });
    if (reduction.kind !== "open" && reduction.kind !== "confirm") return { reduction, requests };
    const isLast = reduction.kind === "confirm";
    for (const changes of isLast ? [[]] : reduction.arms) {
      const changed = applyChanges(fields, changes);
      const gave = [0, 1].map(() => ({ status: ask(changed, changes), ended: undefined }));
      results.push({
        kind: "request",
        experiment: { kind: "request", changes, ...(isLast && { again: true }) },
        ms: 1,
        undone: undefined,
        gave,
      });
    }
  }
}

const valueOf = (fields: readonly Field[], name: string): string | undefined =>
  fields.find(([other]) => other.toLowerCase() === name)?.[1];
const placeOf = (fields: readonly Field[], name: string): number =>
  fields.findIndex(([other]) => other.toLowerCase() === name);
const refuseUnless = (isAccepted: (fields: readonly Field[]) => boolean): Site => {
  return (fields) => (isAccepted(fields) ? 200 : 403);
};

const bare = ours.filter(([name]) => name !== "User-Agent");
const misspelt: readonly Field[] = [...bare, ["UserAgent", "meerkat"]];

describe("the smallest change that turns a refusal", () => {
  test.each<readonly [law: string, site: Site, fields: readonly Field[], changes: readonly string[]]>([
    [
      "a User-Agent of any kind, where there was none",
      refuseUnless((fields) => valueOf(fields, "user-agent") !== undefined),
      bare,
      ["with a User-Agent field"],
    ],
    [
      "a User-Agent in place of a misspelt one",
      refuseUnless((fields) => valueOf(fields, "user-agent") !== undefined && !valueOf(fields, "useragent")),
      misspelt,
      ["without the field UserAgent", "with a User-Agent field"],
    ],
    [
      "a browser's User-Agent",
      refuseUnless((fields) => (valueOf(fields, "user-agent") ?? "").startsWith("Mozilla/5.0")),
      ours,
      ["with a browser's User-Agent"],
    ],
    [
      "a User-Agent with a contact",
      refuseUnless((fields) => (valueOf(fields, "user-agent") ?? "").includes("@")),
      ours,
      ["with a User-Agent that names somebody to write to"],
    ],
    [
      "another order",
      refuseUnless((fields) => placeOf(fields, "accept") < placeOf(fields, "user-agent")),
      ours,
      ["with Accept before User-Agent"],
    ],
    [
      "a Host without its port",
      refuseUnless((fields) => !/:\d+$/.test(valueOf(fields, "host") ?? "")),
      ours,
      ["with a Host field without the port"],
    ],
    [
      "a Referer of the site's own",
      refuseUnless((fields) => (valueOf(fields, "referer") ?? "").startsWith("https://site.example")),
      ours,
      ["with a Referer field that names the site itself"],
    ],
    [
      "the cookie that the refusal sets",
      refuseUnless((fields) => (valueOf(fields, "cookie") ?? "").split("; ").includes("pass=1")),
      [...ours, ["Cookie", "own=2"]],
      ["with the cookie that the answer set"],
    ],
    [
      "two changes of which neither is enough",
      refuseUnless(
        (fields) =>
          valueOf(fields, "accept-language") !== undefined &&
          (valueOf(fields, "accept") ?? "").includes("html"),
      ),
      ours,
      ["with an Accept-Language field", "with a browser's Accept field"],
    ],
    [
      "one of two changes of which each is enough",
      refuseUnless(
        (fields) =>
          (valueOf(fields, "user-agent") ?? "").startsWith("Mozilla") ||
          (valueOf(fields, "accept") ?? "").includes("html"),
      ),
      ours,
      ["with a browser's User-Agent"],
    ],
  ])("%s", (_law, site, fields, changes) => {
    const { reduction, requests } = run(site, fields);
    expect(reduction).toMatchObject({ kind: "turned", isSmallest: true, isConfirmed: true });
    if (reduction.kind === "turned") expect(reduction.changes.map(({ says }) => says)).toEqual(changes);
    // Two requests to a connection, as most servers allow; the runner's own budget holds where they do not.
    expect(requests / 2).toBeLessThan(connectionBudget.value);
  });

  test("of a conjunction, what is enough to break it", () => {
    // Refused: Mozilla, and */*, and in that order. Leaving out any of the three is enough.
    const fields: readonly Field[] = [
      ["Host", "site.example"],
      ["User-Agent", "Mozilla/5.0 (a device)"],
      ["Accept", "*/*"],
    ];
    const site: Site = (asked) => {
      const refused =
        (valueOf(asked, "user-agent") ?? "").startsWith("Mozilla") &&
        valueOf(asked, "accept") === "*/*" &&
        placeOf(asked, "accept") > placeOf(asked, "user-agent");
      return refused ? 403 : 200;
    };
    const { reduction } = run(site, fields);
    expect(reduction).toMatchObject({ kind: "turned" });
    if (reduction.kind === "turned") {
      expect(reduction.changes.map(({ id }) => id)).toEqual(["accept"]);
      expect(reduction.after.map(({ status }) => status)).toEqual([200, 200]);
    }
  });
});

describe("what is no matter of fields", () => {
  test("an answer that changes by itself is unsteady, and nothing is reduced", () => {
    const { reduction, requests } = run((_fields, count) => (count % 2 === 1 ? 503 : 200));
    expect(reduction.kind).toBe("unsteady");
    expect(requests).toBe(3);
  });

  test.each([4, 5, 6, 7])("that comes to be answered by itself, from the %i. request on", (from) => {
    const { reduction } = run((_fields, count) => (count < from ? 403 : 200));
    expect(reduction.kind).toBe("unsteady");
  });

  test.each([429, 503])("that is refused for load (%i) after a few requests", (status) => {
    for (const from of [4, 6, 8]) {
      const site: Site = (fields, count) =>
        count >= from ? status : (valueOf(fields, "user-agent") ?? "").startsWith("Mozilla") ? 200 : 403;
      expect(run(site).reduction).toMatchObject({ kind: "limited", by: { status } });
    }
  });

  test("a wait of this diagnosis's own that ended makes nothing unsteady", () => {
    const late = { code: "total-timeout", stage: "timeout" } as unknown as NonNullable<RequestGave["ended"]>;
    const silence = { status: undefined, ended: late };
    const refused = { status: 403, ended: undefined };
    const results = [
      result([], [refused, silence]),
      result(browserChanges(ours), [{ status: 200, ended: undefined }, silence]),
      result([], [silence], true),
    ];
    const part = result(browserChanges(ours).slice(1), [silence]);
    expect(reduceRefusal({ fields: ours, first: refused, results: [...results, part] })).toMatchObject({
      kind: "turned",
      isConfirmed: false,
    });
  });

  test("a refusal that no change turns is not turned, after both references", () => {
    const { reduction } = run(() => 403);
    expect(reduction.kind).toBe("not-turned");
    if (reduction.kind === "not-turned") expect(reduction.tried).toHaveLength(3);
  });

  test("an arm that could not be carried out leaves the smallest set known by then, and says so", () => {
    const first = { status: 403, ended: undefined };
    const turned = [{ status: 200, ended: undefined }];
    const reference = browserChanges(ours);
    const part = reference.slice(1);
    const results = [
      result([], [first, first]),
      result(reference, turned),
      result(part, turned),
      result([], [first], true),
    ];
    const undone = result(reference.slice(0, 1), undefined);
    expect(reduceRefusal({ fields: ours, first, results: [...results, undone] })).toMatchObject({
      kind: "turned",
      changes: part,
      isSmallest: false,
    });
  });
});

test("whatever the site does, the reduction ends within the connections there are", () => {
  const site = fc.func(fc.constantFrom(200, 403, 500));
  fc.assert(
    fc.property(site, (answer) => {
      const { requests } = run((fields) => answer(JSON.stringify(fields)));
      expect(requests / 2).toBeLessThanOrEqual(connectionBudget.value);
    }),
    { numRuns: 300 },
  );
});

describe("changing fields", () => {
  test("a field that is set takes the place it had, and a new one comes last", () => {
    const set = (name: string) => ({ kind: "set", id: "x", name, value: "new", says: "x" }) as const;
    expect(applyChanges(ours, [set("accept")])[2]).toEqual(["accept", "new"]);
    expect(applyChanges(ours, [set("X-New")]).at(-1)).toEqual(["X-New", "new"]);
  });

  test("a change of order is made last, whatever the order of the changes", () => {
    const changes = unusualChanges(bare);
    for (const list of [changes, changes.toReversed()]) {
      const fields = applyChanges(bare, list);
      expect(placeOf(fields, "accept")).toBeLessThan(placeOf(fields, "user-agent"));
    }
  });
});

test("of the cookies that an answer sets, names and values are sent back, and nothing that has neither", () => {
  const set = (value: string): Field => ["Set-Cookie", value];
  expect(cookiesOf([set("a=1; Path=/; HttpOnly"), set("nothing"), set("b=two=2"), ["X", "c=3"]])).toBe(
    "a=1; b=two=2",
  );
});

describe("the other version of HTTP", () => {
  const other = "http/1.1";
  const overHttp1 = { kind: "version", version: "http/1.1" };

  test("is tried before any field, and asked as it was last", () => {
    const { reduction, requests } = run((_fields, _count, version) => (version === "h2" ? 403 : 200), ours, {
      other,
    });
    expect(reduction).toMatchObject({
      kind: "turned",
      changes: [overHttp1],
      isSmallest: true,
      isConfirmed: true,
    });
    // The first, the same twice, the other version twice, and the same twice at the end.
    expect(requests).toBe(7);
  });

  test("is not the cause where the site came to answer by itself", () => {
    const { reduction } = run((_fields, count) => (count <= 3 ? 403 : 200), ours, { other });
    expect(reduction.kind).toBe("unsteady");
  });

  test("that is refused as well leaves the fields to be tried", () => {
    const { reduction } = run(
      refuseUnless((fields) => valueOf(fields, "user-agent") !== undefined),
      bare,
      { other },
    );
    expect(reduction).toMatchObject({ kind: "turned", changes: [{ id: "user-agent" }] });
  });

  test("is all that is tried where no field can be the cause", () => {
    const { reduction, requests } = run(() => 505, ours, { other, isOfVersion: true });
    expect(reduction.kind).toBe("not-turned");
    expect(requests).toBe(5);
  });

  test("is tried together with the request as it was where that came to no answer", () => {
    const wanted = (ended: RequestGave["ended"]): number => {
      const first = { status: undefined, ended };
      const reduction = reduceRefusal({ fields: ours, first, told, other, results: [] });
      return reduction.kind === "open" ? reduction.arms.length : 0;
    };
    expect(wanted(endedBy(new HttpsError("empty-response", { ending: "fin" })))).toBe(2);
    // Each may take its whole deadline: the fields' are begun at once, too.
    const host = "site.example";
    expect(wanted(endedBy(new HttpsError("head-timeout", { host, limitMs: 1, bytesReceived: 0 })))).toBe(4);
  });

  test("decides by silence, however long each was waited for", () => {
    const silent = (code: "head-timeout" | "total-timeout"): RequestGave => ({
      status: undefined,
      ended: endedBy(
        code === "head-timeout"
          ? new HttpsError(code, { host: "site.example", limitMs: 5, bytesReceived: 0 })
          : new HttpsError(code, { host: "site.example", limitMs: 3, phase: "head" }),
      ),
    });
    const answered = { status: 200, ended: undefined };
    const reduction = reduceRefusal({
      fields: ours,
      first: silent("head-timeout"),
      other,
      isOfVersion: true,
      results: [
        result([], [silent("head-timeout")]),
        result([overVersion(other)], [answered, answered]),
        result([], [silent("total-timeout")], true),
      ],
    });
    expect(reduction).toMatchObject({ kind: "turned", isConfirmed: true });
  });
});
