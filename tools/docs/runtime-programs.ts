/** What `docs/runtimes.md` says of whole programs: how each runtime starts one with the client, and what has to be permitted. */
import { table } from "./markdown-table.ts";

/** Each held by interop/runtimes/permissions.test.ts. */
const permissions = [
  [
    "`--allow-net`",
    "the look-up and the connection",
    "`network-denied`. A list has to name the addresses beside the host, since the name is looked up first: `--allow-net=example.com,192.0.2.1`",
  ],
  [
    "`--allow-sys`",
    "the roots that Deno carries (its name for them, `ca`, is not one that the flag takes)",
    "the default roots are `runtime-unfit`; roots that are given (`roots`) work, and are held to the rules for public ones, since whether they are Mozilla's cannot be told",
  ],
  [
    "`--allow-env=NODE_EXTRA_CA_CERTS,NODE_USE_SYSTEM_CA,DENO_TLS_CA_STORE`",
    "more roots beside the default ones",
    "not looked at, and the report says so",
  ],
  [
    "`--allow-env=SSL_CERT_FILE,SSL_CERT_DIR`",
    'another store for `roots: "system"`',
    "not looked at, and the report says so",
  ],
  [
    "`--allow-env=HTTPS_PROXY,https_proxy,ALL_PROXY,all_proxy,http_proxy,NO_PROXY,no_proxy`",
    "a proxy of the environment",
    "not looked at: the server is connected to directly",
  ],
  [
    "`--allow-read`",
    'files that are named (`roots`, `addRoots`, `NODE_EXTRA_CA_CERTS`), and the system\'s store with `roots: "system"`',
    "`ca-file-unreadable`; for the system's store, what Deno itself gives of it (`--allow-sys`), else `system-store-missing`",
  ],
] as const;

export const programParts: readonly string[] = [
  "## A whole program",
  table(
    ["", "Node", "Bun", "Deno"],
    [
      [
        "`meerkat/register`",
        "`node --import meerkat/register app.js`, or in `NODE_OPTIONS`",
        "`bun --preload meerkat/register app.ts`. `NODE_OPTIONS` has no effect",
        "`deno run --preload npm:meerkat/register app.ts`. `--import` in `NODE_OPTIONS` has no effect",
      ],
      [
        "reached by it, and by `installGlobally`",
        "`node:https`, `fetch`, undici, and what is built on undici: `WebSocket`, `EventSource`",
        "`node:https`, `fetch`",
        "`node:https`, `fetch`, undici",
      ],
      [
        "not reached",
        "sockets that the program makes by itself",
        "undici, `Bun.fetch`, `WebSocket`, `Bun.connect`, sockets that the program makes by itself",
        "`WebSocket`, `EventSource`, `Deno.connectTls`, sockets that the program makes by itself",
      ],
    ],
  ),
  "## One file",
  '`bun build --compile` and, on Node 26, `node --build-sea` with a bundle of CommonJS or of ES modules make executables that verify, refuse and answer `error.why()` as the program does; on Node before that it is `--experimental-sea-config` with postject. `require("meerkat")` works on every Node that is supported, on Bun and on Deno. `deno compile` was not tried: it downloads a part of Deno.',
  "## HTTP/2",
  'Meerkat\'s own engine speaks it on each of the three, over what the runtime has of `node:tls`. Run on Bun and Deno: a server that chooses it (`response.connection.alpn` is `"h2"`), bodies in both directions, many requests at once over one connection, a request that is given up, one that the server resets, one that it refuses and that is sent again, a proxy\'s tunnel, certificates that are refused, servers without it, and `http:` with `protocol: "h2"`. What is not shown of TLS there is not shown here either; but a body\'s end is seen without close_notify, since END_STREAM says it.',
  "## Permissions",
  "A client asks for as little as it can do with. What it may not read it does not look at, and the report says so where trust depends on it; what it cannot do without is an error that names the permission, and a network that it may not use is `network-denied`. A variable that may not be read is not prompted for.",
  table(
    ["Deno", "what for", "without it"],
    permissions.map((row) => [...row]),
  ),
  "So the least for a client with roots of its own is `deno run --allow-net`, and with the default roots `deno run --allow-net --allow-sys`. The program `meerkat` needs the same, `--allow-read` for the files that are named to it and `--allow-write` for those that it writes; `check` and `verify` need no network, and `lab` and `tour` need `--allow-net --allow-env --allow-read --allow-write`.",
  "Node's permission model (`--permission`; on Node 20 `--experimental-permission`): a client needs `--allow-fs-read` for its own files and for those that it is given, and on Node 26 `--allow-net`. Without `--allow-fs-read` a root file is `ca-file-unreadable` and the system's store `system-store-missing`, each with that reason.",
];
