/**
 * The certificates that a server showed before it broke the handshake off, for want of a client's certificate. Below TLS
 * 1.3 a client learns of the chain only when the handshake has ended; on the wire it stands in clear.
 */
import { chooseProxy, type ClientOptions } from "../../client/index.ts";
import { requireUrl } from "../../core/index.ts";
import { compilePolicy, trustPorts } from "../../admission/index.ts";
import { peerNameOf, verify } from "../../trust/index.ts";
import { runWhy } from "../../why/index.ts";
import { type Certificate, parseCertificate } from "../../x509/index.ts";

/** The chain, the server's own first, if a full validation accepts it; else nothing. */
export async function findBrokenOff(
  url: string,
  options: ClientOptions,
  signal: AbortSignal,
): Promise<readonly Certificate[]> {
  const { environment = {}, resolve, timeouts, proxy, ...trust } = options;
  const target = requireUrl(url);
  const policy = compilePolicy(trust, environment);
  const { evidence } = await runWhy({
    target,
    fields: [["Host", target.authority]],
    policy,
    ownRoots: true,
    environment,
    proxyFor: (asked) => chooseProxy({ target: asked, option: proxy, environment, policy: () => policy }),
    addressRules: { resolve, lookup: undefined, family: undefined },
    totalMs: timeouts?.totalMs,
    experiments: false,
    signal,
  });
  const [first] = evidence.attempts;
  if (first?.tls?.clientCertificate === undefined) return [];
  const chain = first.tls.certificates.flatMap((der) => {
    const parsed = parseCertificate(der);
    return parsed.ok ? [parsed.certificate] : [];
  });
  const [leaf, ...intermediates] = chain;
  if (leaf === undefined) return [];
  const names = [peerNameOf(target.host)];
  const verdict = verify({ leaf, intermediates, anchors: policy.anchors, names, at: Date.now() }, trustPorts);
  return verdict.trusted ? chain : [];
}
