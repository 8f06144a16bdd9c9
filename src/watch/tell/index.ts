/** How alerts leave the watch. */
export { alertmanager } from "./alertmanager.ts";
export type { Channel, LinkTo } from "./channel.ts";
export { mail } from "./mail.ts";
export { Pump } from "./pump.ts";
export { secretFrom, type Secret } from "./secret.ts";
export { webhook } from "./webhook.ts";
