/** What package.json says of this package. */
export { version } from "./version.ts";
