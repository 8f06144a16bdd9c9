/** The process of the relay that makes a server far away: its port and the delay each way are its arguments. */
import { startDelayRelay } from "./server/delay-relay.ts";

const [port = 0, delayMs = 0] = process.argv.slice(2).map(Number);
process.on("disconnect", () => process.exit());
process.send?.((await startDelayRelay({ port, delayMs })).port);
