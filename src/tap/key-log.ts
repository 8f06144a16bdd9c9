/**
 * Holds the secrets of one connection, as OpenSSL writes them in the NSS key log format, and nothing else.
 *
 * They stay in private fields: nothing prints, inspects or serialises them. `secret` is for this folder;
 * its `index.ts` lets none of it out.
 */

export type SecretLabel =
  | "CLIENT_RANDOM"
  | "CLIENT_HANDSHAKE_TRAFFIC_SECRET"
  | "SERVER_HANDSHAKE_TRAFFIC_SECRET"
  | "CLIENT_TRAFFIC_SECRET_0"
  | "SERVER_TRAFFIC_SECRET_0";

const labels: ReadonlySet<string> = new Set<SecretLabel>([
  "CLIENT_RANDOM",
  "CLIENT_HANDSHAKE_TRAFFIC_SECRET",
  "SERVER_HANDSHAKE_TRAFFIC_SECRET",
  "CLIENT_TRAFFIC_SECRET_0",
  "SERVER_TRAFFIC_SECRET_0",
]);

/** A line is a label of at most 31 letters, 32 bytes of random and at most 48 of secret, in hexadecimal. */
const lineBytes = 256;

export class KeyLog {
  readonly #secrets = new Map<string, Uint8Array>();

  /** Takes one line: `LABEL client_random secret`. Lines of another form are passed over. */
  add(line: Uint8Array): void {
    if (line.length > lineBytes) return;
    const match = /^([A-Z_0-9]+) [\da-f]{64} ([\da-f]{64,96})\s*$/i.exec(
      Buffer.from(line).toString("latin1"),
    );
    const [, label = "", secret = ""] = match ?? [];
    // The first one stays: a renegotiation, whose records are not followed, would log another.
    if (labels.has(label) && !this.#secrets.has(label)) this.#secrets.set(label, Buffer.from(secret, "hex"));
  }

  secret(label: SecretLabel): Uint8Array | undefined {
    return this.#secrets.get(label);
  }
}
