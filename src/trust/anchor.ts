/** Trust anchors: RFC 5280 §6.1.1 (d). A name and a key, and where the belief in them comes from. */
import { asGiven, readOptions, type Checks, type OwnRoot } from "../core/index.ts";
import type { Certificate, Name, SubjectPublicKeyInfo } from "../x509/index.ts";
import type { ProfileName } from "./profile.ts";

/** Where an anchor came from. */
export interface AnchorSource {
  /** `mozilla`, `system`, `NODE_EXTRA_CA_CERTS`, `file`, `bytes`... */
  readonly store: string;
  readonly file?: string;
  /** Line of its BEGIN boundary, from 1. */
  readonly line?: number;
}

/** A trust anchor: a name and a key that are believed without a further signature (RFC 5280 §6.1.1 (d)). */
export interface TrustAnchor {
  readonly subject: Name;
  readonly spki: SubjectPublicKeyInfo;
  /** The certificate it was taken from; its dates, constraints and extensions are then honoured (RFC 5937). */
  readonly certificate?: Certificate;
  readonly source: AnchorSource;
  /**
   * Whether a public root programme admitted it. The programme judged the certificate's form then, by the rules of its
   * day; rules that came later, and rules of mere form, are not held against it (five of Mozilla's 144 roots would
   * otherwise be lost).
   */
  readonly inProgramme?: boolean;
  /** The rules for paths that end here, unless the caller sets them. */
  readonly profile: ProfileName;
  /** Leaves that begin later are not believed (Mozilla's distrust-after). */
  readonly distrustAfterAt?: number | undefined;
}

/** A public programme's store: all of its roots are members. A system's holds what its owner put there, too. */
const programme = "mozilla";
/** Stores that came with the machine, and not from the caller. */
const machineStores: readonly string[] = [programme, "system"];

/** An anchor made from a certificate. Profile: `webpki` for a member of a public programme, otherwise `private`. */
export function anchorFromCertificate(
  certificate: Certificate,
  source: AnchorSource,
  options: AnchorOptions = {},
): TrustAnchor {
  const {
    inProgramme = source.store === programme,
    profile = inProgramme ? "webpki" : "private",
    distrustAfterAt,
  } = readOptions(options, anchorChecks);
  return {
    subject: certificate.subject,
    spki: certificate.spki,
    certificate,
    source,
    inProgramme,
    profile,
    distrustAfterAt,
  };
}

export interface AnchorOptions {
  readonly profile?: ProfileName;
  readonly distrustAfterAt?: number;
  /** Default: whether the source is Mozilla's list. */
  readonly inProgramme?: boolean;
}

const anchorChecks: Checks<AnchorOptions> = {
  profile: asGiven(),
  distrustAfterAt: asGiven(),
  inProgramme: asGiven(),
};

/** Who keeps an anchor. */
export function ownRootOf({ source }: TrustAnchor): OwnRoot {
  return { place: renderAnchorSource(source), isCallers: !machineStores.includes(source.store) };
}

/** For people: `Mozilla's store`, `roots.pem, line 12`. */
export function renderAnchorSource({ store, file, line }: AnchorSource): string {
  if (file !== undefined) return line === undefined ? file : `${file}, line ${line}`;
  switch (store) {
    case "mozilla":
      return "Mozilla's root store, as Node carries it";
    case "system":
      return "this system's root store";
    case "bytes":
      return "the roots that the program supplied";
    default:
      return store;
  }
}
