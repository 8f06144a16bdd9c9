/** The doors by which a program asks why: of an error, of an answer, of a URL, and of a client's way to it. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { Client, diagnose, HttpsError, type Diagnosis } from "../../src/index.ts";
import { openHttp, rootPem, type Origin } from "../client/origin.ts";

let origin: Origin;
const asked: string[] = [];
beforeAll(async () => {
  origin = await openHttp((request, response) => {
    asked.push(`${request.method} ${request.url} ${request.headers["user-agent"] ?? "-"}`);
    const isRefused = request.headers["user-agent"]?.startsWith("meerkat") === true;
    response.writeHead(isRefused ? 403 : 200).end(isRefused ? "no" : "yes");
  });
});
afterAll(() => origin.close());
const options = { roots: rootPem, environment: {} };
const codesOf = ({ findings }: Diagnosis): readonly string[] => findings.map(({ code }) => code);

test("an answer says why it was the answer", { timeout: 120_000 }, async () => {
  await using client = new Client(options);
  const response = await client.request(`${origin.url}/page`);
  expect(response.status).toBe(403);
  await response.text();
  const { diagnosis } = await response.why();
  expect(codesOf(diagnosis)[0]).toBe("fields-refused");
  expect(asked.every((line) => line.startsWith("GET /"))).toBe(true);
});

test("a URL is diagnosed without a request, as its options say", { timeout: 120_000 }, async () => {
  const { diagnosis } = await diagnose(`${origin.url}/page`, { ...options, userAgent: "mine" });
  expect(diagnosis.healthy).toBe(true);
  const strange = await diagnose(origin.url, { environment: {} });
  expect(strange.diagnosis.healthy).toBe(false);
  expect(strange.diagnosis.findings[0]?.stage).toBe("trust");
});

test("a client's options hold for what it is asked, and the request's before them", async () => {
  await using client = new Client(options);
  asked.length = 0;
  const { diagnosis } = await client.why(`${origin.url}/page`, { userAgent: "mine", method: "HEAD" });
  expect(diagnosis.healthy).toBe(true);
  expect(asked[0]).toBe("HEAD /page mine");
});

test("what cannot be asked again over the network is refused", async () => {
  const error: unknown = await diagnose("https://localhost/", { socketPath: "/nowhere" }).catch(
    (error: unknown) => error,
  );
  expect(error).toBeInstanceOf(HttpsError);
  expect(error).toMatchObject({ code: "option-invalid", detail: { option: "socketPath" } });
});
