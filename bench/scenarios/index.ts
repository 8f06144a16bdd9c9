/** The scenarios in the order of the table. */
import { idle1000 } from "./idle.ts";
import { body64k50, cold, proxy, resumed, small1, small50 } from "./requests.ts";
import type { Scenario } from "./scenario.ts";
import { download, upload } from "./transfer.ts";

export type { Effort, Scenario } from "./scenario.ts";

export const scenarios: readonly Scenario[] = [
  small1,
  small50,
  body64k50,
  download,
  upload,
  cold,
  resumed,
  proxy,
  idle1000,
];
