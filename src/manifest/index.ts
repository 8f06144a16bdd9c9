/** What package.json says of this package. */
export { homepage, version } from "./version.ts";
