/** What the tests of the Mongoose API share: a connection run to its end, and all that its handler was told. */
import { writeFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as mongoose from "../../src/mongoose/index.ts";
import { rootPem } from "../client/origin.ts";

/** A folder for a test file's own files, and the CA of its servers in one. */
export const folder: string = mkdtempSync(join(tmpdir(), "meerkat-mongoose-"));
export const caFile: string = join(folder, "ca.pem");
writeFileSync(caFile, rootPem);
process.on("exit", () => rmSync(folder, { recursive: true, force: true }));

/** The name of an event, as the program writes it. */
export const eventNames: ReadonlyMap<number, string> = new Map(
  Object.entries(mongoose).flatMap(([name, value]) =>
    name.startsWith("MG_EV_") && typeof value === "number"
      ? [[value, name.slice("MG_EV_".length)] as const]
      : [],
  ),
);

export interface Told {
  readonly name: string;
  /** A number, the status and body of a reply, a frame's text, or null. */
  readonly data: unknown;
}

export interface Course {
  readonly told: readonly Told[];
  /** The names alone, POLL left out. */
  readonly order: readonly string[];
  readonly connection: mongoose.mg_connection;
}

export type Watch = (...args: mongoose.mg_event_args<Told[]>) => void;

/** Runs a connection to its MG_EV_CLOSE. `watch` is called for each event, as the program's handler. */
export function course(
  connect: (handler: mongoose.mg_event_handler<Told[]>, told: Told[]) => mongoose.mg_connection | null,
  watch: Watch = () => {},
): Promise<Course> {
  return new Promise((resolve, reject) => {
    const told: Told[] = [];
    const connection = connect((...args) => {
      const [c, ev, data] = args;
      told.push({ name: eventNames.get(ev) ?? String(ev), data: plain(data) });
      watch(...args);
      if (ev !== mongoose.MG_EV_CLOSE) return;
      const order = told.map(({ name }) => name).filter((name) => name !== "POLL");
      resolve({ told, order, connection: c });
    }, told);
    if (connection === null) reject(new Error("null was returned"));
  });
}

/** A request to its end, closed after its reply. */
export function fetched(
  url: string,
  opts: mongoose.mg_connect_opts = { ssl_ca_cert: caFile },
  {
    extra = "User-Agent: test\r\n",
    data = null,
    watch = () => {},
  }: { extra?: string | null; data?: string | null; watch?: Watch } = {},
): Promise<Course> {
  return course(
    (handler, told) =>
      mongoose.mg_connect_http_opt(mongoose.mgos_get_mgr(), handler, told, opts, url, extra, data),
    (...args) => {
      const [c, ev] = args;
      watch(...args);
      if (ev === mongoose.MG_EV_HTTP_REPLY) c.flags |= mongoose.MG_F_CLOSE_IMMEDIATELY;
    },
  );
}

/** What null was returned for. */
export function refused(
  url: string,
  opts: mongoose.mg_connect_opts = {},
  extra: string | null = null,
): mongoose.mg_error_string {
  const why: mongoose.mg_error_string = { value: null };
  const c = mongoose.mg_connect_http_opt(
    mongoose.mgos_get_mgr(),
    () => {},
    null,
    { ...opts, error_string: why },
    url,
    extra,
    null,
  );
  if (c !== null) throw new Error("a connection was returned");
  return why;
}

function plain(data: unknown): unknown {
  if (typeof data !== "object" || data === null) return data;
  if ("resp_code" in data && "body" in data) return { status: data.resp_code, body: String(data.body) };
  if ("flags" in data && "data" in data && data.data instanceof Uint8Array) {
    return { flags: data.flags, data: new TextDecoder().decode(data.data) };
  }
  return data;
}
