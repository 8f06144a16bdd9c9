/**
 * Root-programme dates as data: when a root stops being good for the web, though its certificate goes on.
 *
 * Dates of others grow old: the table names its sources and the day it was taken from them, and
 * `programmeDatesAge` says how old that is.
 */

/** Where the table comes from. `takenAt` is the day on which it was last held against its sources. */
export const programmeDatesSource: {
  readonly takenAt: number;
  readonly sources: readonly { readonly title: string; readonly url: string }[];
} = {
  takenAt: Date.UTC(2026, 3, 30),
  sources: [
    {
      title: "Mozilla Root Store Policy §7.4, transition schedule",
      url: "https://wiki.mozilla.org/CA/Root_CA_Lifecycles",
    },
    {
      title: "NSS certdata.txt, builtins 2.86 (April 2026), CKA_NSS_SERVER_DISTRUST_AFTER",
      url: "https://hg.mozilla.org/projects/nss/file/tip/lib/ckfw/builtins/certdata.txt",
    },
    {
      title: "Node.js, root certificates of NSS 3.123.1 (May 2026) and of Node.js 26.12.1 (November 2026)",
      url: "https://github.com/nodejs/node/pull/63527",
    },
  ],
};

/** How long before `at` the table was taken from its sources. */
export function programmeDatesAge(at: number): number {
  return at - programmeDatesSource.takenAt;
}

/** A root that a programme named together with a day. Fingerprints are SHA-256 of the certificate. */
export interface NamedDate {
  readonly fingerprint: string;
  readonly name: string;
  readonly at: number;
}

/** Mozilla takes the websites bit away: certificates that end here stop being believed by Firefox. */
export const namedRetirements: readonly NamedDate[] = [
  {
    fingerprint: "16af57a9f676b0ab126095aa5ebadef22ab31119d644ac95cd4b93dbf3f26aeb",
    name: "Baltimore CyberTrust Root",
    at: Date.UTC(2025, 3, 15),
  },
  {
    fingerprint: "6dc47172e01cbcb0bf62580d895fe2b8ac9ad4f873801e0c10b9c837d21eb177",
    name: "Entrust.net Certification Authority (2048)",
    at: Date.UTC(2025, 3, 15),
  },
  {
    fingerprint: "d7a7a0fb5d7e2731d771e9484ebcdef71d5f0c3e0a2948782bc83ee0ea699ef4",
    name: "AAA Certificate Services",
    at: Date.UTC(2025, 3, 15),
  },
  {
    fingerprint: "eaa962c4fa4a6bafebe415196d351ccd888d4f53f3fa8ae6d7c466a94e6042bb",
    name: "certSIGN ROOT CA",
    at: Date.UTC(2026, 3, 15),
  },
  {
    fingerprint: "62dd0be9b9f50a163ea0f8e75c053b1eca57ea55c8688f647c6881f2c8357b95",
    name: "SwissSign Gold CA - G2",
    at: Date.UTC(2026, 3, 15),
  },
  {
    fingerprint: "4200f5043ac8590ebb527d209ed1503029fbcbd41ca1b506ec27f15ade7dac69",
    name: "Secure Global CA",
    at: Date.UTC(2026, 3, 15),
  },
  {
    fingerprint: "f1c1b50ae5a20dd8030ec9f6bc24823dd367b5255759b4e71b61fce9f7375d73",
    name: "SecureTrust CA",
    at: Date.UTC(2026, 3, 15),
  },
  {
    fingerprint: "3e9099b5015e8f486c00bcea9d111ee721faba355a89bcf1df69561e3dc6325c",
    name: "DigiCert Assured ID Root CA",
    at: Date.UTC(2026, 3, 15),
  },
  {
    fingerprint: "4348a0e9444c78cb265e058d5e8944b4d84f9662bd26db257f8934a443c70161",
    name: "DigiCert Global Root CA",
    at: Date.UTC(2026, 3, 15),
  },
  {
    fingerprint: "7431e5f4c3c1ce4690774f0b61e05440883ba9a01ed00ba6abd7806ed3b118cf",
    name: "DigiCert High Assurance EV Root CA",
    at: Date.UTC(2026, 3, 15),
  },
  {
    fingerprint: "cbb522d7b7f127ad6a0113865bdf1cd4102e7d0759af635a7cf4720dc963c53b",
    name: "GlobalSign Root CA - R3",
    at: Date.UTC(2027, 3, 15),
  },
  {
    fingerprint: "179fbc148a3dd00fd24ea13458cc43bfa7f59c8182d783a513f6ebec100c8924",
    name: "GlobalSign ECC Root CA - R5",
    at: Date.UTC(2029, 3, 15),
  },
  {
    fingerprint: "2cabeafe37d06ca22aba7391c0033d25982952c453647349763a3ab5ad6ccf69",
    name: "GlobalSign Root CA - R6",
    at: Date.UTC(2029, 11, 10),
  },
];

/** The two states of Mozilla's store by which roots were seen to have left it, ahead of the schedule. */
const seenAt = { april: Date.UTC(2026, 3, 30), november: Date.UTC(2026, 10, 29) } as const;

/** Roots that Mozilla has taken out without a day published before: `at` is when they were gone, at the latest. */
export const removals: readonly NamedDate[] = [
  {
    fingerprint: "0376ab1d54c5f9803ce4b2e201a0ee7eef7b57b636e8a93c9b8d4860c96f5fa7",
    name: "AffirmTrust Commercial",
    at: seenAt.april,
  },
  {
    fingerprint: "0a81ec5a929777f145904af38d5d509f66b5e2c58fcdb531058b0e17f3f0b41b",
    name: "AffirmTrust Networking",
    at: seenAt.april,
  },
  {
    fingerprint: "70a73f7f376b60074248904534b11482d5bf0e698ecc498df52577ebf2e93b9a",
    name: "AffirmTrust Premium",
    at: seenAt.april,
  },
  {
    fingerprint: "bd71fdf6da97e4cf62d1647add2581b07d79adf8397eb4ecba9c5e8488821423",
    name: "AffirmTrust Premium ECC",
    at: seenAt.april,
  },
  {
    fingerprint: "8d25cd97229dbf70356bda4eb3cc734031e24cf00fafcfd32dc76eb5841c7ea8",
    name: "GTS Root R2",
    at: seenAt.april,
  },
  {
    fingerprint: "97552015f5ddfc3c8788c006944555408894450084f100867086bc1a2bb58dc8",
    name: "Trustwave Global Certification Authority",
    at: seenAt.april,
  },
  {
    fingerprint: "945bbc825ea554f489d1fd51a73ddf2ea624ac7019a05205225c22a78ccfa8b4",
    name: "Trustwave Global ECC P256 Certification Authority",
    at: seenAt.april,
  },
  {
    fingerprint: "55903859c8c0c3ebb8759ece4e2557225ff5758bbd38ebd48276601e1bd58097",
    name: "Trustwave Global ECC P384 Certification Authority",
    at: seenAt.april,
  },
  {
    fingerprint: "9a296a5182d1d451a2e37f439b74daafa267523329f90f9a0d2007c334e23c9a",
    name: "GLOBALTRUST 2020",
    at: seenAt.april,
  },
  {
    fingerprint: "bef256daf26e9c69bdec1602359798f3caf71821a03e018257c53c65617f3d4a",
    name: "FIRMAPROFESIONAL CA ROOT-A WEB",
    at: seenAt.april,
  },
  {
    fingerprint: "f356bea244b7a91eb35d53ca9ad7864ace018e2d35d5f8f96ddf68a6f41aa474",
    name: "Atos TrustedRoot 2011",
    at: seenAt.november,
  },
  {
    fingerprint: "3f034bb5704d44b2d08545a02057de93ebf3905fce721acbc730c06ddaee904e",
    name: "SecureSign Root CA12",
    at: seenAt.november,
  },
  {
    fingerprint: "86a1ecba089c4a8d3bbe2734c612ba341d813e043cf9e8a862cd5c57a36bbe6b",
    name: "emSign ECC Root CA - G3",
    at: seenAt.november,
  },
  {
    fingerprint: "125609aa301da0a249b97a8239cb6a34216f44dcac9f3954b14292f2e8c8608f",
    name: "emSign Root CA - C1",
    at: seenAt.november,
  },
  {
    fingerprint: "bc4d809b15189d78db3e1d8cf4f9726a795da1643ca5f1358e1ddb0edc0d7eb3",
    name: "emSign ECC Root CA - C3",
    at: seenAt.november,
  },
];

/** Server certificates that begin after this moment are not believed by Firefox, though older ones are. */
export const distrustAfter: readonly NamedDate[] = [
  {
    fingerprint: "6dc47172e01cbcb0bf62580d895fe2b8ac9ad4f873801e0c10b9c837d21eb177",
    name: "Entrust.net Certification Authority (2048)",
    at: Date.UTC(2024, 10, 30, 23, 59, 59),
  },
  {
    fingerprint: "73c176434f1bc6d5adf45b0e76e727287c8de57616c1e6e6141a2b2cbc7d8e4c",
    name: "Entrust Root Certification Authority",
    at: Date.UTC(2024, 10, 30, 23, 59, 59),
  },
  {
    fingerprint: "43df5774b03e7fef5fe40d931a7bedf1bb2e6b42738c4e6d3841103d3aa7f339",
    name: "Entrust Root Certification Authority - G2",
    at: Date.UTC(2024, 10, 30, 23, 59, 59),
  },
  {
    fingerprint: "02ed0eb28c14da45165c566791700d6451d7fb56f0b2ab1d3b8eb070e56edff5",
    name: "Entrust Root Certification Authority - EC1",
    at: Date.UTC(2024, 10, 30, 23, 59, 59),
  },
  {
    fingerprint: "c0a6f4dc63a24bfdcf54ef2a6a082a0a72de35803e2ff5ff527ae5d87206dfd5",
    name: "ePKI Root Certification Authority",
    at: Date.UTC(2025, 3, 15, 23, 59, 59),
  },
  {
    fingerprint: "2530cc8e98321502bad96f9b1fba1b099e2d299e0f4548bb914f363bc0d4531f",
    name: "Izenpe.com",
    at: Date.UTC(2026, 3, 15, 23, 59, 59),
  },
];

/** Keys made before `madeBefore` lose the websites bit at `at`; the first row that fits counts. */
const schedule: readonly { readonly madeBefore: number; readonly at: number }[] = [
  { madeBefore: Date.UTC(2006, 0, 1), at: Date.UTC(2025, 3, 15) },
  { madeBefore: Date.UTC(2008, 0, 1), at: Date.UTC(2026, 3, 15) },
  { madeBefore: Date.UTC(2010, 0, 1), at: Date.UTC(2027, 3, 15) },
  { madeBefore: Date.UTC(2012, 0, 1), at: Date.UTC(2028, 3, 15) },
  { madeBefore: Date.UTC(2014, 3, 15), at: Date.UTC(2029, 3, 15) },
];

/** The schedule's last row: fifteen years from the making of the key. */
const lifetimeYears = 15;

/**
 * When Mozilla's schedule retires a root whose key was made at `madeAt`.
 *
 * The programme goes by the report of the key ceremony; a certificate only tells its notBefore, so what comes of
 * one is likely, not certain: a root re-issued over an older key goes earlier, one that got an exception later.
 */
export function scheduledRetirement(madeAt: number): number {
  const row = schedule.find(({ madeBefore }) => madeAt < madeBefore);
  if (row !== undefined) return row.at;
  const end = new Date(madeAt);
  end.setUTCFullYear(end.getUTCFullYear() + lifetimeYears);
  return end.getTime();
}
