/** The scenarios in the order of the table. */
import { h2Download, h2Download80ms, h2Small1, h2Small50, h2Upload } from "./http2.ts";
import { idle1000 } from "./idle.ts";
import { body64k50, cold, proxy, resumed, small1, small50 } from "./requests.ts";
import type { Scenario } from "./scenario.ts";
import { download, downloadChunks, downloadFile, downloadGet, upload } from "./transfer.ts";

export { otherProtocol, undoable, whyLeftOut, type Effort, type Scenario } from "./scenario.ts";

export const scenarios: readonly Scenario[] = [
  small1,
  small50,
  body64k50,
  download,
  downloadChunks,
  downloadGet,
  downloadFile,
  upload,
  cold,
  resumed,
  proxy,
  idle1000,
  h2Small1,
  h2Small50,
  h2Download,
  h2Download80ms,
  h2Upload,
];
