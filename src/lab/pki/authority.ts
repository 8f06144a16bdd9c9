/**
 * The lab's certification authority: a root made fresh at each opening, and an intermediate under it.
 *
 * Their keys live in this process alone and are never written anywhere, so trusting the lab's root
 * ends, in effect, with the lab. All dates count from the moment of opening: nothing has to be waited
 * for, and nothing rots.
 */
import { clientAuth, mintCertificate, serverAuth, type Minted } from "./certificate.ts";
import type { Recipe, Subject } from "./recipe.ts";

import type { Publications } from "./publications.ts";

export const hourMs = 3_600_000;
export const dayMs: number = 24 * hourMs;

/** What a site presents. */
export interface Identity {
  /** The certificates in the order of sending. The server's key is that of the first. */
  readonly sent: readonly Minted[];
}

/** What differs from the usual certificate, and who signs it. */
export type Changes = Partial<Recipe> & { readonly issuer?: Minted };

export class Authority {
  /** The moment all dates count from. */
  readonly at: number;
  readonly publications: Publications;
  readonly root: Minted;
  readonly intermediate: Minted;
  /** Signs the certificates of clients. Not under the lab's root: who trusts one need not trust the other. */
  readonly clientRoot: Minted;

  constructor(at: number, publications: Publications) {
    this.at = at;
    this.publications = publications;
    this.root = this.mintCa("Meerkat Lab Root");
    this.intermediate = this.mintCa("Meerkat Lab Intermediate", { issuer: this.root, ca: { pathLength: 0 } });
    this.clientRoot = this.mintCa("Meerkat Lab Client Root");
  }

  /** A CA certificate: under `issuer`, or a root of its own when there is none. */
  mintCa(commonName: string, { issuer, ...changes }: Changes = {}): Minted {
    const recipe: Recipe = {
      subject: labName(commonName),
      notBeforeAt: this.at - 30 * dayMs,
      notAfterAt: this.at + 365 * dayMs,
      ca: {},
      ...changes,
    };
    return mintCertificate(recipe, issuer);
  }

  /** The usual certificate of a site: for `host`, from an hour ago, for 30 days, under the intermediate. */
  mintLeaf(host: string, { issuer = this.intermediate, ...changes }: Changes = {}): Minted {
    const published = { issuer: this.publications.publishIssuer(issuer) };
    return mintCertificate({ ...this.leafRecipe(host), published, ...changes }, issuer);
  }

  /** The usual certificate of a site, signed by its own key. */
  mintSelfSigned(host: string, changes: Partial<Recipe> = {}): Minted {
    return mintCertificate({ ...this.leafRecipe(host), ...changes });
  }

  /** A certificate by which a client can make itself known to the sites that want one. */
  mintClient(): Minted {
    return mintCertificate(
      {
        ...this.leafRecipe("client"),
        subject: labName("Meerkat Lab Client"),
        names: [],
        extendedKeyUsage: [clientAuth],
      },
      this.clientRoot,
    );
  }

  /** The usual leaf and its issuer, both sent. */
  identify(host: string, changes: Changes = {}): Identity {
    return { sent: [this.mintLeaf(host, changes), changes.issuer ?? this.intermediate] };
  }

  private leafRecipe(host: string): Recipe {
    return {
      subject: [["CN", host]],
      notBeforeAt: this.at - hourMs,
      notAfterAt: this.at + 30 * dayMs,
      names: [`dns:${host}`],
      extendedKeyUsage: [serverAuth],
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
