/** Who is let in: pins, the two keys, sessions, policies. */
import { rows, type BrokenPromise } from "./broken-promise.ts";

export const admission = rows(
  "admission/two-keys.ts",
  ["src/admission/two-keys.test.ts"],
  [
    ["what OpenSSL refused is not admitted", "if (!openssl.accepted) {", "if (false) {"],
    [
      "what the engine refused is not admitted",
      "if (verdict?.trusted === false) return { ok: false, refusal: refuseFor(verdict.primary, cause) };",
      "",
    ],
    ["a pin in the place of a path is the leaf's own key", "chain.slice(0, 1)", "chain"],
    [
      "a pin is found on the path, not among what was sent",
      "policy.insecure === undefined ? trusted",
      "policy.insecure === undefined ? chain",
    ],
    [
      "a pin that does not match refuses although nobody need vouch",
      "(policy.insecure !== undefined || verdict?.trusted === true)",
      "verdict?.trusted === true",
    ],
    [
      "a pin suits the host and the name, not one of them",
      "ofHost.filter((pin) => ofName.includes(pin))",
      "[...ofHost, ...ofName]",
    ],
    [
      "a verdict is remembered for its staple alone",
      "if (staple !== undefined) hash.update(`;${staple.length};`).update(staple);",
      "",
    ],
    ["a verdict is remembered for its name alone", ".update(name);", ";"],
    [
      "a verdict does not outlive its anchor",
      "const dated = wholePath(verdict.path)",
      "const dated = verdict.path.certificates",
    ],
    [
      "a verdict with revocation in it is reached anew after ten minutes",
      "revocable ? Math.min(until, at + revocationRecheckMs) : until",
      "until",
    ],
    ["a verdict is not believed past its end", " && at <= known.validUntilAt", ""],
    ["a socket that is not admitted is closed", "socket.destroy();", ""],
  ],
);

export const sessions: readonly BrokenPromise[] = [
  ...rows(
    "admission/sessions.ts",
    ["src/admission/sessions.test.ts"],
    [
      ["a session is judged again before it is offered", " && wouldAdmit(evidence, policy)", ""],
      [
        "a session that was offered before is judged again",
        "last === undefined || mayResume(last, policy)",
        "true",
      ],
      ["a ticket is used once while there are others", "shelf.unused.pop();", "shelf.unused.at(-1);"],
      ["the last ticket is used again where there is no other", "return last;", "return undefined;"],
      [
        "as many tickets are kept as the limit says",
        "if (unused.length > admissionLimits.tickets.value) unused.shift();",
        "",
      ],
      [
        "a session ends a day after its whole handshake",
        "age >= 0 && age <= admissionLimits.sessionMs.value && ",
        "",
      ],
      [
        "a session that was not taken up is not offered again",
        "if (shelf.last === stored) shelf.last = undefined;",
        "",
      ],
      ["a session belongs to its host", "[host, port, sni, name, alpn, via,", "[port, sni, name, alpn, via,"],
      ["a session belongs to its port", "[host, port, sni, name, alpn, via,", "[host, sni, name, alpn, via,"],
      [
        "a session belongs to the server name that was sent",
        "[host, port, sni, name, alpn, via,",
        "[host, port, name, alpn, via,",
      ],
      [
        "a session belongs to the name that was checked",
        "[host, port, sni, name, alpn, via,",
        "[host, port, sni, alpn, via,",
      ],
      [
        "a session belongs to its protocols",
        "[host, port, sni, name, alpn, via,",
        "[host, port, sni, name, via,",
      ],
      ["a session belongs to its way", "[host, port, sni, name, alpn, via,", "[host, port, sni, name, alpn,"],
      ["a session belongs to its policy", ", policy.fingerprint]", "]"],
    ],
  ),
  ...rows(
    "net/secure.ts",
    ["test/net/two-keys.test.ts"],
    [
      [
        "a connection that nobody vouched for leaves no session",
        "policy.insecure === undefined && sessions !== undefined",
        "sessions !== undefined",
      ],
    ],
  ),
  ...rows(
    "net/secure.ts",
    ["src/net/dial.test.ts"],
    [
      [
        "the evidence of a session that was not taken up says nothing of the chain that came",
        "if (resumed && stored !== undefined)",
        "if (stored !== undefined)",
      ],
      [
        "each ticket that comes before the verdict is kept",
        "for (const ticket of this.#held.splice(0)) keep(ticket);",
        "for (const ticket of this.#held.slice(-1)) keep(ticket);",
      ],
      [
        "a session lasts from its whole handshake",
        "? stored.provenAt : Date.now()",
        "? Date.now() : Date.now()",
      ],
      [
        "a session that a handshake broke off with is not offered again",
        'if (!HttpsError.is(error, "aborted")) drop();',
        "",
      ],
      [
        "who gives up says nothing of the session",
        'if (!HttpsError.is(error, "aborted")) drop();',
        "drop();",
      ],
    ],
  ),
  ...rows(
    "net/guard.ts",
    ["src/net/start-tls.test.ts"],
    [["a caller who has given up leaves no connection", "if (guard.signal?.aborted === true) close();", ""]],
  ),
];

export const hellos = [
  ...rows(
    "net/race.ts",
    ["src/net/dial.test.ts"],
    [["an error before anybody has the socket ends no process", "keepEarlyError(attempt.socket);", ""]],
  ),
  ...rows(
    "admission/check-ciphers.ts",
    ["src/admission/policy.test.ts"],
    [
      [
        "a cipher list that leaves no suite is refused before anything is dialled",
        "first === handshakeRecord",
        "true",
      ],
    ],
  ),
];

export const policies = rows(
  "admission/policy.ts",
  ["src/admission/policy.test.ts"],
  [
    [
      "two policies are told apart by their profile",
      "[profile, pins, revocation, insecure !== undefined, minVersion",
      "[undefined, pins, revocation, insecure !== undefined, minVersion",
    ],
    [
      "two policies are told apart by their pins",
      "[profile, pins, revocation, insecure !== undefined, minVersion",
      "[profile, undefined, revocation, insecure !== undefined, minVersion",
    ],
    [
      "two policies are told apart by revocation",
      "[profile, pins, revocation, insecure !== undefined, minVersion",
      "[profile, pins, undefined, insecure !== undefined, minVersion",
    ],
    [
      "two policies are told apart by an exception",
      "[profile, pins, revocation, insecure !== undefined, minVersion",
      "[profile, pins, revocation, undefined, minVersion",
    ],
    [
      "two policies are told apart by the lowest version",
      "[profile, pins, revocation, insecure !== undefined, minVersion",
      "[profile, pins, revocation, insecure !== undefined, undefined",
    ],
    [
      "two policies are told apart by their roots",
      "for (const { certificate } of store.roots) part(certificate.der);",
      "",
    ],
    ["two policies are told apart by their CRLs", "for (const crl of options.crls ?? []) part(crl);", ""],
    [
      "two policies are told apart by the client's certificate and key",
      "else [clientCertificate.cert, clientCertificate.key].forEach(part);",
      "",
    ],
    [
      "a server that nobody vouches for is not shown the client's certificate",
      "openContext(anonymous, store, runtime)",
      "openContext(options, store, runtime)",
    ],
    ["an exception has a reason", ' || insecure.reason.trim() === ""', ""],
  ],
);

export const rootStores: readonly BrokenPromise[] = [
  ...rows(
    "admission/roots/index.ts",
    ["test/cli/system-roots.test.ts"],
    [
      [
        "a company's root in the system's store is not a public one",
        "inProgramme: isMozillaRoot(certificate, origin)",
        "inProgramme: true",
      ],
    ],
  ),
  ...rows(
    "admission/roots/default.ts",
    ["test/root-switches/root-switches.test.ts"],
    [
      [
        "a store that is to replace Mozilla's roots and is not there is an error",
        'if (effect === "replaces") {',
        "if (false) {",
      ],
    ],
  ),
  ...rows(
    "runtime/root-switches.ts",
    ["test/root-switches/root-switches.test.ts"],
    [
      [
        "a switch with another value is none",
        "variable(one.variable.name) === one.variable.value",
        "variable(one.variable.name) !== undefined",
      ],
    ],
  ),
  ...rows(
    "admission/policy.ts",
    ["test/root-switches/root-switches.test.ts"],
    [
      ["a switch counts only where no roots are named", "roots === undefined", "true"],
      ["what the runtime believes by default does not open the first key", " && isRuntimesOwn()", ""],
    ],
  ),
  ...rows(
    "admission/roots/system.ts",
    ["src/admission/roots/system.test.ts", "test/root-switches/permission.test.ts"],
    [
      [
        "what is named and cannot be read is said",
        "if (named !== undefined || !isAbsent(error)) search.unread.push(unreadOf(file, error));",
        "",
      ],
      [
        "what OpenSSL would read is files alone",
        "readFirst(places, machine, undefined)",
        "readSystemRoots(places, machine)",
      ],
    ],
  ),
];
