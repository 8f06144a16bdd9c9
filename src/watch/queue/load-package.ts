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
