/** How Mosquitto is run: MQTT over TLS on one loopback port, for anybody, with or without a certificate of the client. */
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
  const lines = [
    `listener ${port} 127.0.0.1`,
    `cafile ${clientCas}`,
    `certfile ${chainFile}`,
    `keyfile ${keyFile}`,
    `require_certificate ${isMutual}`,
    ...(version === undefined ? [] : [`tls_version ${version.toLowerCase()}`]),
    "allow_anonymous true",
    `user ${userInfo().username}`,
  ];
  const file = join(folder, "broker.conf");
  writeFileSync(file, `${lines.join("\n")}\n`);
  return ["-c", file];
}
