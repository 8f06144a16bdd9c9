/**
 * How Mosquitto is run: MQTT over TLS on one loopback port, for anybody, with or without a certificate of the client. Who says
 * that they are a user has to be `app`, with the password `secret`.
 */
import { createHash } from "node:crypto";
import { writeFileSync } from "node:fs";
import { userInfo } from "node:os";
import { join } from "node:path";

export interface MosquittoSetting {
  readonly folder: string;
  readonly port: number;
  readonly chainFile: string;
  readonly keyFile: string;
  /** The CAs by which it judges clients. */
  readonly clientCas: string;
  /** Whether clients have to show a certificate. */
  readonly isMutual: boolean;
  /** Default: all that it speaks. */
  readonly version?: "TLSv1.2" | "TLSv1.3";
}

/** Writes its configuration into the folder; its arguments for that. */
export function mosquittoArgs({
  folder,
  port,
  chainFile,
  keyFile,
  clientCas,
  isMutual,
  version,
}: MosquittoSetting): readonly string[] {
  const passwords = join(folder, "broker.passwords");
  writeFileSync(passwords, `app:${hashed("secret")}\n`, { mode: 0o600 });
  const lines = [
    `listener ${port} 127.0.0.1`,
    `cafile ${clientCas}`,
    `certfile ${chainFile}`,
    `keyfile ${keyFile}`,
    `require_certificate ${isMutual}`,
    ...(version === undefined ? [] : [`tls_version ${version.toLowerCase()}`]),
    "allow_anonymous true",
    `password_file ${passwords}`,
    `user ${userInfo().username}`,
  ];
  const file = join(folder, "broker.conf");
  writeFileSync(file, `${lines.join("\n")}\n`);
  return ["-c", file];
}

/** In the form of mosquitto_passwd's with SHA-512. */
function hashed(password: string): string {
  const salt = Buffer.from("salt of test");
  const digest = createHash("sha512").update(password).update(salt).digest("base64");
  return `$6$${salt.toString("base64")}$${digest}`;
}
