/** The engine's cryptography by WebCrypto, where it can be had. */
export { webcryptoPorts } from "./ports.ts";
