/** BearSSL trust anchors as C source, in the shape that its own tool gives (`brssl ta`): name, key, and the CA flag. */
import type { Certificate } from "../../x509/index.ts";
import { bearsslKey, refuseForBearssl } from "./bearssl-key.ts";
import { describeAnchor, renderArray, renderComment } from "./c-text.ts";
import { encodeText, type Format, sortOut } from "./format.ts";

export const bearsslFormat: Format = {
  name: "bearssl",
  title: "BearSSL trust anchors, C source",
  write: (certificates) => {
    const { carried, omitted } = sortOut(bearsslFormat, certificates);
    return { files: [{ path: "trust_anchors.h", bytes: encodeText(renderAnchors(carried)) }], omitted };
  },
  sizeOf: ({ subject, spki }) => {
    const key = bearsslKey(spki);
    if (key === undefined) return 0;
    const keyBytes = key.kind === "rsa" ? key.modulus.length + key.exponent.length : key.point.length;
    return subject.der.length + keyBytes;
  },
  refuse: refuseForBearssl,
};

/** Arrays first, then the table that points at them, and how many there are. */
function renderAnchors(certificates: readonly Certificate[]): string {
  const arrays: string[] = [];
  const rows: string[] = [];
  for (const [i, certificate] of certificates.entries()) {
    const key = bearsslKey(certificate.spki);
    if (key === undefined) continue;
    arrays.push(renderComment(describeAnchor(certificate)));
    arrays.push(renderArray(`TA${i}_DN`, certificate.subject.der));
    if (key.kind === "rsa") {
      arrays.push(renderArray(`TA${i}_RSA_N`, key.modulus), renderArray(`TA${i}_RSA_E`, key.exponent));
    } else arrays.push(renderArray(`TA${i}_EC_Q`, key.point));
    rows.push(renderRow(i, key.kind === "rsa" ? rsaKey(i) : ecKey(i, key.curveName)));
  }
  return [
    "#ifndef TRUST_ANCHORS_H\n#define TRUST_ANCHORS_H\n\n#include <bearssl.h>\n\n",
    arrays.join("\n"),
    `\nstatic const br_x509_trust_anchor TAs[${Math.max(1, rows.length)}] = {\n${rows.join(",\n")}\n};\n`,
    `\n#define TAs_NUM ${rows.length}\n\n#endif\n`,
  ].join("");
}

function renderRow(index: number, key: string): string {
  return `  {\n    { (unsigned char *)TA${index}_DN, sizeof TA${index}_DN },\n    BR_X509_TA_CA,\n    {\n${key}\n    }\n  }`;
}

function rsaKey(index: number): string {
  const n = `TA${index}_RSA_N`;
  const e = `TA${index}_RSA_E`;
  return `      BR_KEYTYPE_RSA,\n      { .rsa = { (unsigned char *)${n}, sizeof ${n}, (unsigned char *)${e}, sizeof ${e} } }`;
}

function ecKey(index: number, curveName: string): string {
  const q = `TA${index}_EC_Q`;
  return `      BR_KEYTYPE_EC,\n      { .ec = { BR_EC_${curveName}, (unsigned char *)${q}, sizeof ${q} } }`;
}
