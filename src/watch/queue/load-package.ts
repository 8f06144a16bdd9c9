/** Loads an optional package that a queue of work needs. */
import { whereNotInstalled } from "../watch-error.ts";

/** @throws WatchError where it is not installed */
export async function loadPackage<T>(load: () => Promise<T>, name: string): Promise<T> {
  try {
    return await load();
  } catch (error) {
    throw whereNotInstalled(error, "A queue of work", name);
  }
}

/** Whether a queue on such a database could be opened at all. @throws WatchError where a package of it is not installed */
export async function checkPackages(kind: "postgres" | "redis"): Promise<void> {
  await loadPackage(() => import("bullmq"), "bullmq");
  if (kind === "redis") await loadPackage(() => import("ioredis"), "ioredis");
  else await loadPackage(() => import("pg"), "pg");
}
