/** Interceptors around a dispatcher: what a request goes through on its way to it. */
import type { DispatchOptions } from "./asked.ts";
import { asHandler, type EarlierHandler, type Handler } from "./handler.ts";

export type Dispatch = (options: DispatchOptions, handler: Handler | EarlierHandler) => boolean;
/** Changes what a dispatcher is asked for, or what its handlers are told. */
export type Interceptor = (dispatch: Dispatch) => Dispatch;

/** The last interceptor outermost. */
export function composed(
  dispatch: Dispatch,
  given: readonly (Interceptor | null | undefined | readonly Interceptor[])[],
): Dispatch {
  return given
    .flat()
    .filter((one) => one !== null && one !== undefined)
    .reduce<Dispatch>((inner, interceptor) => {
      const outer = interceptor(inner);
      return (options, handler) => outer(options, asHandler(handler));
    }, dispatch);
}
