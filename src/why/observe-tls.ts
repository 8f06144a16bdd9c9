/** What the tap saw, shortened to what a diagnosis looks at. */
import { bare } from "../core/index.ts";
import type { TlsSeen } from "../diagnosis/index.ts";
import { parseCertificate, parseName } from "../x509/index.ts";
import type { Observed } from "../tap/index.ts";

export function describeObserved(facts: Observed): TlsSeen {
  const observed = bare(facts);
  const { client, server, peer, clientHello, serverHello, helloRetryRequest, keyExchange, alpn } = observed;
  const { asked, certificates } = observed;
  const leaf = certificates?.list[0];
  const chosenFrom = serverHello ?? helloRetryRequest;
  const group = keyExchange?.kind === "group" ? keyExchange.group : serverHello?.group;
  return {
    bytesSent: client.bytes,
    bytesReceived: server.bytes,
    peer,
    offered: {
      versions: clientHello?.versions ?? [],
      ciphers: clientHello?.cipherSuites ?? [],
      groups: clientHello?.groups ?? [],
      alpn: clientHello?.alpn ?? [],
      bytes: clientHello?.recordBytes ?? 0,
      segments: clientHello?.segmentsAtLeast ?? 0,
    },
    chosen: chosenFrom && {
      version: chosenFrom.version,
      cipher: chosenFrom.cipherSuite,
      group,
      alpn,
      primeBits: keyExchange?.kind === "dhe" ? keyExchange.primeBits : undefined,
    },
    serverMessages: observed.messages.filter(({ from }) => from === "server").map(({ name }) => name),
    certificatesSent: certificates?.count,
    certificates: certificates?.list ?? [],
    leafReadable: leaf && parseCertificate(leaf).ok,
    clientCertificate: asked && {
      authorities: asked.authorities.map(nameText),
      sent: observed.clientCertificates?.count,
    },
    alerts: observed.alerts
      .filter(({ name }) => name !== "close_notify" && name !== "user_canceled")
      .map(({ from, name = "unknown", number }) => ({ from, name, number })),
  };
}

/** A distinguished name from its DER, as text. */
function nameText(der: Uint8Array): string {
  const name = parseName(der);
  return name === undefined ? "(a name that cannot be read)" : name.display || "(empty name)";
}
