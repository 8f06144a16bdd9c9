/** A path with its anchor: which certificates stand on it, and in which places. */
import { expect, test } from "vitest";
import { mintIntermediate, mintLeaf, mintRoot, type Minted } from "../../test/pki/index.ts";
import { anchorFromCertificate, type TrustAnchor } from "./anchor.ts";
import { isAnchorItself, placedCertificates, wholePath } from "./path.ts";

const root = mintRoot();
const middle = mintIntermediate(root);
const leaf = mintLeaf(middle);
const anchorOf = ({ certificate }: Minted): TrustAnchor =>
  anchorFromCertificate(certificate, { store: "file" });
const { certificate: _, ...keyAlone } = anchorOf(root);

test.each<
  [law: string, path: readonly Minted[], anchor: TrustAnchor, places: readonly (readonly [Minted, string])[]]
>([
  [
    "the root stands above the certificates below it",
    [leaf, middle],
    anchorOf(root),
    [
      [leaf, "leaf"],
      [middle, "intermediate"],
      [root, "root"],
    ],
  ],
  [
    "a root that is a name and a key alone does not stand there",
    [leaf, middle],
    keyAlone,
    [
      [leaf, "leaf"],
      [middle, "intermediate"],
    ],
  ],
  ["a leaf that is trusted itself stands there once", [leaf], anchorOf(leaf), [[leaf, "leaf"]]],
  [
    "below another root it stands there beside it",
    [leaf],
    anchorOf(middle),
    [
      [leaf, "leaf"],
      [middle, "root"],
    ],
  ],
  [
    "and so it does where a CA between comes back to it",
    [leaf, middle],
    anchorOf(leaf),
    [
      [leaf, "leaf"],
      [middle, "intermediate"],
      [leaf, "root"],
    ],
  ],
])("%s", (_law, path, anchor, places) => {
  const ends = { certificates: path.map(({ certificate }) => certificate), anchor };
  expect(wholePath(ends)).toEqual(places.map(([{ certificate }]) => certificate));
  expect(placedCertificates(ends).map(({ role }) => role)).toEqual(places.map(([, role]) => role));
  expect(isAnchorItself(ends.certificates, anchor)).toBe(places.length === 1);
});
