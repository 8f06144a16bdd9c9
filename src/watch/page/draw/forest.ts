/**
 * The certificates that an endpoint shows, as trees: who signed whom, the signer above. A signature counts where it holds
 * with the signer's key; an issuer that was not sent stands there by its name alone.
 */
import { trustPorts } from "../../../admission/index.ts";
import { html, type Markup } from "../../../html/index.ts";
import type { ShownVerdict } from "../../../fleet/index.ts";
import { type Certificate, equalNames, type Name, parseCertificate } from "../../../x509/index.ts";
import { renderWhen } from "../parts/when.ts";

/** A certificate that was sent, or an issuer that was not. */
export interface TreeNode {
  readonly kind: "sent" | "not-sent";
  readonly subject: string;
  /** The subject in short. */
  readonly name: string;
  /** Whether an ordinary client's store has it. */
  readonly isAnchor: boolean;
  readonly certificate: NodeCertificate | undefined;
  readonly signed: readonly TreeNode[];
}

export interface NodeCertificate {
  readonly sha256: string;
  readonly issuer: string;
  readonly serial: string;
  readonly key: string;
  readonly notBeforeAt: number;
  readonly notAfterAt: number;
  /** By which variants it is shown as the server's own. */
  readonly shownBy: readonly string[];
}

export interface ShownChain {
  /** SHA-256 of each certificate, the server's own first. */
  readonly chain: readonly string[];
  readonly verdict: ShownVerdict;
  readonly variant: string;
}

interface Read {
  readonly sha256: string;
  readonly certificate: Certificate;
}

/** The trees over these chains. A certificate with two signers among those that were sent stands under the first. */
export function buildForest(
  chains: readonly ShownChain[],
  ders: ReadonlyMap<string, Uint8Array>,
  most: number,
): readonly TreeNode[] {
  const sent = readSent(chains, ders, most);
  const signerOf = new Map<string, string>();
  for (const one of sent) {
    const signer = findSigner(one, sent);
    if (signer !== undefined) signerOf.set(one.sha256, signer.sha256);
  }
  const anchors = new Set(chains.flatMap(({ verdict }) => (verdict.trusted ? [verdict.anchor] : [])));
  const isAnchor = ({ text, display }: Name): boolean => anchors.has(text) || anchors.has(display);
  const reached = new Set<string>();
  const nodeOf = (one: Read): TreeNode => {
    const { certificate, sha256 } = one;
    reached.add(sha256);
    const signed: TreeNode[] = [];
    for (const child of sent) {
      if (signerOf.get(child.sha256) === sha256 && !reached.has(child.sha256)) signed.push(nodeOf(child));
    }
    return {
      kind: "sent",
      subject: certificate.subject.text,
      name: certificate.subject.display,
      isAnchor: certificate.isSelfIssued && isAnchor(certificate.subject),
      certificate: describe(
        one,
        chains.filter(({ chain }) => chain[0] === sha256).map(({ variant }) => variant),
      ),
      signed,
    };
  };
  const trees: TreeNode[] = [];
  const named = new Map<string, { readonly issuer: Name; readonly signed: TreeNode[] }>();
  // Two that signed each other have no top: they are begun with in the end.
  const tops = sent.toSorted((a, b) => Number(signerOf.has(a.sha256)) - Number(signerOf.has(b.sha256)));
  for (const top of tops) {
    if (reached.has(top.sha256)) continue;
    const { issuer, isSelfIssued } = top.certificate;
    const node = nodeOf(top);
    const found = named.get(issuer.key);
    if (isSelfIssued) trees.push(node);
    else if (found === undefined) named.set(issuer.key, { issuer, signed: [node] });
    else found.signed.push(node);
  }
  const notSent = [...named.values()].map(({ issuer, signed }): TreeNode => ({
    kind: "not-sent",
    subject: issuer.text,
    name: issuer.display,
    isAnchor: isAnchor(issuer),
    certificate: undefined,
    signed,
  }));
  return [...notSent, ...trees];
}

function readSent(
  chains: readonly ShownChain[],
  ders: ReadonlyMap<string, Uint8Array>,
  most: number,
): readonly Read[] {
  const read = new Map<string, Read>();
  for (const sha256 of chains.flatMap(({ chain }) => chain)) {
    const der = ders.get(sha256);
    if (der === undefined || read.has(sha256) || read.size >= most) continue;
    const parsed = parseCertificate(der);
    if (parsed.ok) read.set(sha256, { sha256, certificate: parsed.certificate });
  }
  return [...read.values()];
}

/** Itself is not a signer here: a self-signed certificate is the top of its tree. */
function findSigner({ sha256, certificate }: Read, sent: readonly Read[]): Read | undefined {
  if (certificate.isSelfIssued && signs(certificate, certificate)) return undefined;
  return sent.find((other) => other.sha256 !== sha256 && signs(other.certificate, certificate));
}

function signs(signer: Certificate, { issuer, signatureAlgorithm, tbs, signature }: Certificate): boolean {
  if (!equalNames(signer.subject, issuer)) return false;
  const { der: spki, key } = signer.spki;
  return (
    trustPorts.verifySignature({ algorithm: signatureAlgorithm, spki, key, data: tbs, signature }) === true
  );
}

function describe({ sha256, certificate }: Read, shownBy: readonly string[]): NodeCertificate {
  const { issuer, serial, spki, notBeforeAt, notAfterAt } = certificate;
  return { sha256, issuer: issuer.text, serial, key: spki.text, notBeforeAt, notAfterAt, shownBy };
}

export function renderForest(trees: readonly TreeNode[], now: number): Markup {
  return html`<ul class="forest">
    ${trees.map((tree) => renderNode(tree, now))}
  </ul>`;
}

function renderNode({ subject, name, isAnchor, certificate, signed }: TreeNode, now: number): Markup {
  const below =
    signed.length === 0
      ? ""
      : html`<ul>
          ${signed.map((one) => renderNode(one, now))}
        </ul>`;
  return html`<li>
    <div class="node${certificate === undefined ? " ghost" : ""}">
      <strong title="${subject}">${name}</strong
      >${isAnchor ? html` <span class="mark">trusted root</span>` : ""}
      ${certificate === undefined ? renderNotSent(isAnchor) : renderFacts(certificate, now)}
    </div>
    ${below}
  </li>`;
}

function renderNotSent(isAnchor: boolean): Markup {
  return html`<p class="dim">
    ${isAnchor ? "Not sent, and need not be: clients have it." : "Not sent by the server."}
  </p>`;
}

function renderFacts({ sha256, key, notAfterAt, shownBy }: NodeCertificate, now: number): Markup {
  const css = notAfterAt < now ? "over" : "";
  const shown =
    shownBy.length === 0 ? "" : html`<p class="dim">the server's own, for ${renderFew(shownBy)}</p>`;
  return html`<p class="facts">
      <span>${key}</span> <span class="${css}">ends ${renderWhen(notAfterAt, now)}</span>
      <code title="SHA-256 ${sha256}">${sha256.slice(0, 16)}</code>
    </p>
    ${shown}`;
}

function renderFew(values: readonly string[]): string {
  const few = values.slice(0, 3).join("; ");
  return values.length > 3 ? `${few} and ${values.length - 3} more` : few;
}
