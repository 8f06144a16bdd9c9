/** What to put into a bundle that breaks, or what else can be done. */
import type { Forecast } from "../forecast/forecast.ts";

export function adviseAdding({ add }: Pick<Forecast, "add">): string {
  const [first, ...others] = add;
  if (first === undefined)
    return "No known CA certificate would serve: have the server show a chain that leads to one of the bundle's, or ask its operator which root it moves to.";
  const further =
    others.length === 0
      ? ""
      : ` Its CA may also move to ${others.map(({ subject }) => subject).join(" or ")}.`;
  return `Add the CA certificate ${first.subject} (SHA-256 ${first.sha256}) to the bundle, and update the devices before that day.${further}`;
}
