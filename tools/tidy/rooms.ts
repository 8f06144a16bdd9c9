/** The house, as data: which room may know which, which rooms are pure, and which packages each may use. */

export interface Room {
  /** The rooms it may import from, besides itself. */
  readonly knows: readonly string[];
  /** Pure: no Node, no clock, no randomness, no I/O. Time and the machine come in as arguments. */
  readonly pure: boolean;
  /** Packages from outside that it may import. */
  readonly packages: readonly string[];
}

const pure = (...knows: string[]): Room => ({ knows, pure: true, packages: [] });
const world = (packages: readonly string[], ...knows: string[]): Room => ({ knows, pure: false, packages });

/** Every folder of `src/` below the programs. A room that is not listed does not exist. */
const below: Readonly<Record<string, Room>> = {
  core: pure(),
  der: pure("core"),
  x509: pure("core", "der"),
  http1: pure("core"),
  coding: world([], "core", "http1"),
  trust: pure("core", "der", "x509"),
  bundle: pure("core", "der", "x509", "trust"),
  device: pure("core", "der", "x509", "trust", "bundle"),
  diagnosis: pure("core", "x509", "trust", "http1", "device"),
  tap: world([], "core"),
  net: world([], "core", "der", "x509", "http1", "trust", "tap"),
  client: world(["tough-cookie"], "core", "http1", "coding", "x509", "trust", "net"),
  why: world([], "core", "der", "x509", "http1", "trust", "diagnosis", "tap", "net", "client"),
  mongoose: world([], "core", "http1", "trust", "net"),
};

/** Doors besides each room's index: what is loaded only when it is wanted. */
export const sideDoors: readonly string[] = ["src/cli/main.ts"];

/** The whole house: the programs know every room below them, and `cli` runs `lab`. */
export const rooms: Readonly<Record<string, Room>> = {
  ...below,
  lab: world(["@peculiar/asn1-schema", "@peculiar/asn1-x509"], ...Object.keys(below)),
  cli: world(["commander", "tough-cookie"], ...Object.keys(below), "lab"),
};
