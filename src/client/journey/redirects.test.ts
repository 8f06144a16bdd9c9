/** What goes along when a redirect is followed, and what stays behind. */
import { describe, expect, test } from "vitest";
import { requireUrl } from "../../core/index.ts";
import { fieldsFrom, type ResponseHead } from "../../http1/index.ts";
import { followRedirect, type Asked, type RedirectRules } from "./redirects.ts";
import { parseBody } from "../body/request-body.ts";
import { putFields } from "./request-fields.ts";

const rules: RedirectRules = { allowDowngrade: false, secretNames: ["x-api-key"], isRepeatable: true };

function headOf(status: number, location?: string): ResponseHead {
  const fields = fieldsFrom(location === undefined ? [] : [["Location", location]]);
  return { version: "1.1", status, reason: "", fields } as unknown as ResponseHead;
}

const sent = {
  Host: "here.example",
  Authorization: "Bearer a",
  Cookie: "b=1",
  "Proxy-Authorization": "Basic c",
  "X-Api-Key": "d",
  Accept: "text/html",
  "Content-Type": "text/plain",
  "Content-Length": "1",
  "Content-Encoding": "gzip",
  "Content-Language": "en",
  "Content-Location": "/x",
  Expect: "100-continue",
};
const aboutTheBody = Object.keys(sent).filter((name) => /^content-|^expect$/i.test(name));

function asked(changes: Partial<Asked> = {}): Asked {
  const target = requireUrl("https://here.example/start");
  return { target, method: "GET", fields: putFields(new Map(), sent), body: parseBody(null), ...changes };
}

/** Names of the fields that go along, as they were written. */
function namesOf({ fields }: Asked): readonly string[] {
  return [...fields.values()].flat().map(([name]) => name);
}

function without(...names: readonly string[]): readonly string[] {
  return Object.keys(sent).filter((name) => !names.includes(name));
}

describe("to another origin", () => {
  const secrets = ["Authorization", "Cookie", "Proxy-Authorization", "X-Api-Key"];
  test.each([
    ["another host", "https://there.example/"],
    ["a name below", "https://www.here.example/"],
    ["a name above", "https://example/"],
    ["another port", "https://here.example:8443/"],
    ["another scheme", "http://here.example/"],
    ["another scheme on the same port", "http://here.example:443/"],
    ["another host, without a scheme", "//there.example/"],
  ])("%s: no secret goes along", (_, location) => {
    const next = followRedirect(asked(), headOf(302, location), { ...rules, allowDowngrade: true });
    expect(namesOf(next)).toEqual(without("Host", ...secrets));
  });

  test.each([
    ["https://here.example/secret?q#f", "https://there.example/", ["https://here.example/"]],
    ["https://here.example/secret", "http://here.example/", []],
    ["http://here.example/secret", "http://there.example/", ["http://here.example/"]],
    ["https://user:pass@here.example/", "https://there.example/", []],
    ["no URL", "https://there.example/", []],
    ["https://here.example/secret", "/same", ["https://here.example/secret"]],
  ])("of a referrer, %s, at %s: %j", (referer, location, kept) => {
    const fields = putFields(new Map(), { referer });
    const next = followRedirect(asked({ fields }), headOf(302, location), { ...rules, allowDowngrade: true });
    expect([...next.fields.values()].flat().map(([, value]) => value)).toEqual(kept);
  });

  test.each(["Authorization", "Cookie", "Proxy-Authorization", "X-Api-Key"])(
    "%s stays behind, however its name is written",
    (name) => {
      for (const written of [name, name.toLowerCase(), name.toUpperCase()]) {
        const fields = putFields(new Map(), { [written]: ["one", "two"], accept: "x" });
        const next = followRedirect(asked({ fields }), headOf(307, "https://there.example/"), rules);
        expect(namesOf(next)).toEqual(["accept"]);
      }
    },
  );

  test("what the caller did not call secret goes along", () => {
    const next = followRedirect(asked(), headOf(302, "https://there.example/"), {
      ...rules,
      secretNames: [],
    });
    expect(namesOf(next)).toEqual(without("Host", ...secrets.slice(0, 3)));
  });
});

describe("to the same origin", () => {
  test.each([
    "/next",
    "next",
    "?q",
    "https://here.example/next",
    "https://here.example:443/",
    "HTTPS://HERE.example/",
  ])("%s: every field goes along, and Host is written anew", (location) => {
    const next = followRedirect(asked(), headOf(302, location), rules);
    expect(namesOf(next)).toEqual(without("Host"));
    expect([next.method, next.target.host]).toEqual(["GET", "here.example"]);
  });

  test("what was asked is not changed by what follows", () => {
    const before = asked();
    followRedirect(before, headOf(303, "https://there.example/"), rules);
    expect(namesOf(before)).toEqual(Object.keys(sent));
  });
});

describe("the method", () => {
  const body = parseBody("x");
  test.each<[status: number, method: string, then: string]>([
    [301, "GET", "GET"],
    [301, "HEAD", "HEAD"],
    [301, "POST", "GET"],
    [301, "PUT", "PUT"],
    [302, "POST", "GET"],
    [302, "PATCH", "PATCH"],
    [303, "GET", "GET"],
    [303, "HEAD", "HEAD"],
    [303, "POST", "GET"],
    [303, "PUT", "GET"],
    [307, "POST", "POST"],
    [308, "POST", "POST"],
  ])("%d: a %s becomes a %s", (status, method, then) => {
    const next = followRedirect(asked({ method, body }), headOf(status, "/next"), rules);
    const isGet = then === "GET" && method !== "GET";
    expect(next.method).toBe(then);
    expect(next.body).toEqual(isGet ? { kind: "none" } : body);
    expect(namesOf(next)).toEqual(isGet ? without("Host", ...aboutTheBody) : without("Host"));
  });

  test("a body that can be sent once is an error where it has to be sent twice, and only there", () => {
    const stream = new ReadableStream<Uint8Array>();
    const once = asked({ method: "POST", body: parseBody(stream) });
    const onceOnly = { ...rules, isRepeatable: false };
    expect(() => followRedirect(once, headOf(307, "/next"), onceOnly)).toThrow(
      expect.objectContaining({
        code: "redirect-needs-body",
        detail: { from: "https://here.example/start", to: "https://here.example/next", status: 307 },
      }) as Error,
    );
    expect(followRedirect(once, headOf(303, "/next"), onceOnly).body).toEqual({ kind: "none" });
    expect(followRedirect(once, headOf(307, "/next"), rules).body).toBe(once.body);
  });
});

describe("from https to http", () => {
  const leaving = (location: string, changes: Partial<RedirectRules> = {}): Asked =>
    followRedirect(asked(), headOf(302, location), { ...rules, ...changes });

  test("is refused, unless the caller allows it", () => {
    expect(() => leaving("http://here.example/")).toThrow(
      expect.objectContaining({
        code: "redirect-downgrade",
        detail: { from: "https://here.example/start", to: "http://here.example/" },
      }) as Error,
    );
    expect(leaving("http://here.example/", { allowDowngrade: true }).target.scheme).toBe("http");
    expect(leaving("https://there.example/").target.scheme).toBe("https");
  });

  test("is not where it began at http", () => {
    const target = requireUrl("http://here.example/");
    const to = (location: string): string =>
      followRedirect(asked({ target }), headOf(302, location), rules).target.href;
    expect(to("http://there.example/")).toBe("http://there.example/");
    expect(to("https://here.example/")).toBe("https://here.example/");
  });
});

describe("a redirect", () => {
  const refused = (...locations: readonly string[]): unknown => {
    const fields = fieldsFrom(locations.map((location) => ["Location", location] as const));
    try {
      return followRedirect(asked(), { ...headOf(302), fields }, rules).target.href;
    } catch (error) {
      return error;
    }
  };

  test("to one place, said twice, is one; to two places it is none", () => {
    expect(refused("/a", "/a")).toBe("https://here.example/a");
    expect(refused("/a", "/b")).toMatchObject({
      code: "redirect-invalid",
      detail: { location: "/a, /b", reason: "there are several that differ." },
    });
  });

  test.each(["ftp://here.example/", "https://", "https://here.example:99999/", "https://u:p@here.example/"])(
    "to %s is refused",
    (location) => {
      expect(refused(location)).toMatchObject({
        code: "redirect-invalid",
        detail: { from: "https://here.example/start" },
      });
    },
  );

  test("to a Location beyond ASCII is read as UTF-8", () => {
    expect(refused(Buffer.from("/gr\u00fc\u00df", "utf8").toString("latin1"))).toBe(
      "https://here.example/gr%C3%BC%C3%9F",
    );
  });

  test("takes the fragment along, unless it brings one", () => {
    const target = requireUrl("https://here.example/#part");
    const to = (location: string): string =>
      followRedirect(asked({ target }), headOf(302, location), rules).target.fragment;
    expect([to("/next"), to("/next#other"), to("/next#")]).toEqual(["#part", "#other", ""]);
  });
});
