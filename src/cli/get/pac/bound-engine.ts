/**
 * Ends an interpreter's work at its time, wherever that is. The interpreter's own interrupts come between a script's instructions:
 * not within a built-in function that goes over four thousand million elements, nor within a function of ours. V8's come there, too.
 */
import { createContext, Script } from "node:vm";
import type { QuickJS } from "quickjs-wasi";

const script = new Script("work()");

/** Has every call into it that may run the file's code end at `endsAt` (as `performance.now()` counts); of an engine that was ended so nothing more is asked. */
export function boundEngine(engine: QuickJS, endsAt: number): void {
  let isStopped = false;
  const around = createContext({ work: (): void => {} });
  const run = <T>(work: () => T, otherwise: () => T): T => {
    // It may stand in the middle of anything.
    if (isStopped) return otherwise();
    let result: T | undefined;
    around["work"] = () => void (result = work());
    try {
      script.runInContext(around, { timeout: Math.max(1, Math.ceil(endsAt - performance.now())) });
    } catch (error) {
      isStopped ||= (error as NodeJS.ErrnoException).code === "ERR_SCRIPT_EXECUTION_TIMEOUT";
      throw error;
    }
    return result as T;
  };
  const evaluate = engine.evalCode.bind(engine);
  engine.evalCode = (...given) =>
    run(
      () => evaluate(...given),
      () => engine.undefined,
    );
  const call = engine.callFunction.bind(engine);
  engine.callFunction = (...given) =>
    run(
      () => call(...given),
      () => engine.undefined,
    );
  const dump = engine.dump.bind(engine);
  engine.dump = (...given) =>
    run<unknown>(
      () => dump(...given),
      () => undefined,
    );
  const work = engine.executePendingJobs.bind(engine);
  engine.executePendingJobs = () => {
    try {
      return run(work, () => 0);
    } catch {
      // It is called when a lookup has come, and nobody would hear of it there: who waits for the answer sees that none comes.
      return 0;
    }
  };
}
