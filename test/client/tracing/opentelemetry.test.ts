/** OpenTelemetry's own instrumentation of undici sees this client's requests: spans, and the context that goes out with them. */
import { context, propagation, SpanKind, SpanStatusCode, trace } from "@opentelemetry/api";
import { AsyncLocalStorageContextManager } from "@opentelemetry/context-async-hooks";
import { W3CTraceContextPropagator } from "@opentelemetry/core";
import { UndiciInstrumentation } from "@opentelemetry/instrumentation-undici";
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  SimpleSpanProcessor,
} from "@opentelemetry/sdk-trace-base";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { Client } from "../../../src/index.ts";
import { answering, openOrigin, reply, rootPem } from "../origin.ts";

const exporter = new InMemorySpanExporter();
const provider = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] });
const instrumentation = new UndiciInstrumentation();

beforeAll(() => {
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  propagation.setGlobalPropagator(new W3CTraceContextPropagator());
  instrumentation.setTracerProvider(provider);
});
beforeEach(() => exporter.reset());
afterAll(async () => {
  instrumentation.disable();
  context.disable();
  propagation.disable();
  await provider.shutdown();
});

test("each attempt is a span of the caller's trace, and the server is told which", async () => {
  const heads: string[] = [];
  await using origin = await openOrigin(
    answering((request) => {
      heads.push(request.head.join("\n"));
      return request.head[0]?.startsWith("GET / ") === true
        ? "HTTP/1.1 302 F\r\nLocation: /next\r\nContent-Length: 0\r\n\r\n"
        : reply("x");
    }),
  );
  await using client = new Client({ roots: rootPem, environment: {} });
  const parent = provider.getTracer("test").startSpan("caller");
  await context.with(trace.setSpan(context.active(), parent), async () => {
    await (await client.request(`${origin.url}/`)).bytes();
  });
  const spans = exporter.getFinishedSpans();
  const { traceId, spanId } = parent.spanContext();
  expect(spans.map((span) => [span.name, span.kind, span.parentSpanContext?.spanId])).toEqual([
    ["GET", SpanKind.CLIENT, spanId],
    ["GET", SpanKind.CLIENT, spanId],
  ]);
  expect(spans.map(({ attributes }) => attributes)).toMatchObject([
    { "http.request.method": "GET", "http.response.status_code": 302, "url.full": `${origin.url}/` },
    {
      "http.response.status_code": 200,
      "url.full": `${origin.url}/next`,
      "server.address": "localhost",
      "server.port": origin.port,
      "network.peer.address": "127.0.0.1",
      "network.peer.port": origin.port,
    },
  ]);
  const sent = heads.map((head) => /^traceparent: (.*)$/m.exec(head)?.[1]);
  expect(sent).toEqual(spans.map((span) => `00-${traceId}-${span.spanContext().spanId}-01`));
});

test("a request that failed is a span with its error, and one that was given up is none", async () => {
  await using client = new Client({ roots: rootPem, environment: {} });
  await expect(client.request("https://localhost:1/")).rejects.toThrow();
  const giving = new AbortController();
  await using origin = await openOrigin(answering(() => (giving.abort(), "")));
  await expect(client.request(origin.url, { signal: giving.signal })).rejects.toThrow();
  const spans = exporter.getFinishedSpans();
  expect(spans.map(({ status }) => status.code)).toEqual([SpanStatusCode.ERROR, SpanStatusCode.UNSET]);
  expect(spans[0]?.events[0]?.attributes?.["exception.message"]).toMatch(/localhost.*1/);
});
