/**
 * The lab's certification authority: a root made fresh at each opening, and an intermediate under it.
 *
 * Their keys live in this process alone and are never written anywhere, so trusting the lab's root
 * ends, in effect, with the lab. All dates count from the moment of opening: nothing has to be waited
 * for, and nothing rots.
 */
import { mintCertificate, renderPem, serverAuth, type Minted, type Recipe } from "./certificate.ts";
import type { Subject } from "./name.ts";

export const hourMs = 3_600_000;
export const dayMs = 24 * hourMs;

/** What a site presents: the certificates as sent, and the key that belongs to the first. */
export interface Identity {
  readonly sent: readonly Minted[];
  /** The key the server uses, when it is not that of the first certificate sent. */
  readonly leaf?: Minted;
}

/** What can be changed about the usual certificate of a site or an authority. */
export type Changes = Partial<Recipe>;

export class Authority {
  /** The moment all dates count from. */
  readonly at: number;
  readonly root: Minted;
  readonly intermediate: Minted;

  constructor(at: number) {
    this.at = at;
    this.root = this.mintCa("Meerkat Lab Root");
    this.intermediate = this.mintCa("Meerkat Lab Intermediate", { issuer: this.root, pathLength: 0 });
  }

  /** The root as a PEM file that clients can be given. */
  get pem(): string {
    return renderPem([this.root]);
  }

  /** A CA certificate: under `issuer`, or a root of its own when there is none. */
  mintCa(
    commonName: string,
    {
      issuer,
      pathLength,
      ...changes
    }: Changes & { readonly issuer?: Minted; readonly pathLength?: number } = {},
  ): Minted {
    const recipe: Recipe = {
      subject: labName(commonName),
      notBeforeAt: this.at - 30 * dayMs,
      notAfterAt: this.at + 365 * dayMs,
      ca: pathLength === undefined ? {} : { pathLength },
      ...changes,
    };
    return mintCertificate(recipe, issuer);
  }

  /** The usual certificate of a site: for `host`, from an hour ago, for 30 days, under the intermediate. */
  mintLeaf(
    host: string,
    { issuer = this.intermediate, ...changes }: Changes & { readonly issuer?: Minted } = {},
  ): Minted {
    return mintCertificate(this.leafRecipe(host, changes), issuer);
  }

  /** The usual certificate of a site, signed by its own key. */
  mintSelfSigned(host: string, changes: Changes = {}): Minted {
    return mintCertificate(this.leafRecipe(host, changes));
  }

  /** The usual leaf under the intermediate, both sent. */
  identify(host: string, changes: Changes = {}): Identity {
    return { sent: [this.mintLeaf(host, changes), this.intermediate] };
  }

  private leafRecipe(host: string, changes: Changes): Recipe {
    return {
      subject: [["CN", host]],
      notBeforeAt: this.at - hourMs,
      notAfterAt: this.at + 30 * dayMs,
      names: [`dns:${host}`],
      extendedKeyUsage: [serverAuth],
      ...changes,
    };
  }
}

/** A name under the lab's own organisation. */
export function labName(commonName: string): Subject {
  return [
    ["O", "Meerkat Lab"],
    ["CN", commonName],
  ];
}
