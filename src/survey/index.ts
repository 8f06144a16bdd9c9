/** What certificates an endpoint shows to another client's first message. Nothing is admitted here, and nothing sent within TLS. */
export { offerOf } from "./offer.ts";
