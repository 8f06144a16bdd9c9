/**
 * The environment's variables, as far as this program may read them. Deno asks for a permission for each, and ends whoever
 * reads one without it; here such a variable is not looked at, nobody is asked for it, and whoever depends on it can tell.
 */
import { runtimeHere } from "./here.ts";

export type Variables = Readonly<Record<string, string | undefined>>;

const guards = new WeakMap<object, (name: string) => boolean>();

/** The variables that may be read; the others are as if they were not set. Read when they are asked for. */
export function guardVariables(variables: Variables, mayRead: (name: string) => boolean): Variables {
  const guarded = new Proxy<Record<string, string | undefined>>(
    {},
    {
      get: (_, name) => (typeof name === "string" && mayRead(name) ? variables[name] : undefined),
      has: (_, name) => typeof name === "string" && mayRead(name) && Object.hasOwn(variables, name),
      ownKeys: () => namesOf(variables, mayRead),
      getOwnPropertyDescriptor: (_, name) =>
        typeof name === "string" && mayRead(name) && Object.hasOwn(variables, name)
          ? { value: variables[name], writable: false, enumerable: true, configurable: true }
          : undefined,
    },
  );
  guards.set(guarded, mayRead);
  return guarded;
}

/** Of these variables, those that were not looked at because this program may not read them. */
export function deniedOf(variables: object, names: readonly string[]): readonly string[] {
  const mayRead = guards.get(variables);
  return mayRead === undefined ? [] : names.filter((name) => !mayRead(name));
}

/** All names are for who may read all variables. */
function namesOf(variables: Variables, mayRead: (name: string) => boolean): readonly string[] {
  try {
    return Object.keys(variables);
  } catch {
    return usedNames.filter((name) => mayRead(name) && Object.hasOwn(variables, name));
  }
}

/** What is copied where a copy is made, and not all can be: the variables that Meerkat, and its program, read. */
const usedNames: readonly string[] = [
  "NODE_EXTRA_CA_CERTS",
  "NODE_OPTIONS",
  "NODE_TLS_REJECT_UNAUTHORIZED",
  "NODE_USE_SYSTEM_CA",
  "DENO_TLS_CA_STORE",
  "SSL_CERT_FILE",
  "SSL_CERT_DIR",
  "HTTPS_PROXY",
  "https_proxy",
  "http_proxy",
  "ALL_PROXY",
  "all_proxy",
  "NO_PROXY",
  "no_proxy",
  "NO_COLOR",
  "TERM",
];

/** What is used of Deno's own interface. */
interface DenoPermissions {
  readonly querySync: (asked: { readonly name: "env"; readonly variable: string }) => {
    readonly state: string;
  };
}

function permissionsOfDeno(): DenoPermissions | undefined {
  if (runtimeHere.name !== "Deno") return undefined;
  return (globalThis as { readonly Deno?: { readonly permissions?: DenoPermissions } }).Deno?.permissions;
}

const permissions = permissionsOfDeno();

/** This process's. */
export const environmentHere: Variables =
  permissions === undefined
    ? process.env
    : guardVariables(
        process.env,
        (variable) => permissions.querySync({ name: "env", variable }).state === "granted",
      );
