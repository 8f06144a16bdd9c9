/** What the project is named for, as a table. */
import { adapters } from "./adapters.ts";
import { admission, hellos, policies, rootStores, sessions } from "./admission.ts";
import type { BrokenPromise } from "./broken-promise.ts";
import {
  bodiesInPlace,
  caches,
  credentials,
  downgrades,
  journeys,
  openings,
  proxies,
  everyday,
  recordings,
  redirects,
  shown,
} from "./client.ts";
import { commandLine } from "./command-line.ts";
import { devices } from "./devices.ts";
import { cryptography } from "./cryptography.ts";
import { endpoints } from "./endpoints.ts";
import { fetches } from "./fetch.ts";
import { fleet } from "./fleet.ts";
import { framing } from "./framing.ts";
import { http2 } from "./http2.ts";
import { identity } from "./identity.ts";
import { unseen } from "./runtimes.ts";
import { streams } from "./streams.ts";
import { tracing } from "./tracing.ts";
import { checks, lifetimes } from "./trust.ts";

export type { BrokenPromise } from "./broken-promise.ts";

export const promises: readonly BrokenPromise[] = [
  ...admission,
  ...sessions,
  ...policies,
  ...hellos,
  ...rootStores,
  ...unseen,
  ...credentials,
  ...everyday,
  ...recordings,
  ...redirects,
  ...downgrades,
  ...journeys,
  ...bodiesInPlace,
  ...caches,
  ...proxies,
  ...shown,
  ...streams,
  ...tracing,
  ...openings,
  ...devices,
  ...endpoints,
  ...framing,
  ...http2,
  ...identity,
  ...checks,
  ...lifetimes,
  ...cryptography,
  ...fleet,
  ...adapters,
  ...fetches,
  ...commandLine,
];
