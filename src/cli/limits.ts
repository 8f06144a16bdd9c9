/** The programs' own limits: how many sites are visited, how many at a time, and what is read from files. */
import type { Limit } from "../core/index.ts";

/** How many sites are visited at the same time. */
export const visitsAtOnce: Limit = {
  value: 8,
  unit: "count",
  why: "Enough to hide the round trips of a list of sites; few enough that a home router's table and a firewall's suspicion are no concern. Browsers open six to one host.",
};

/** How long a visit's connection is kept for the next hop of a redirect, or another URL of that host. */
export const visitIdleMs: Limit = {
  value: 100,
  unit: "ms",
  why: "The next request to the same host follows at once or never; kept for longer, hundreds of connections lie open.",
};

/** How many URLs one command line and its file may name. */
export const visitedUrls: Limit = {
  value: 2_000,
  unit: "count",
  why: "A device talks to a handful of sites and a fleet's survey to some hundreds; a list beyond this is most likely the wrong file.",
};

/** How large a list of URLs may be. */
export const urlListBytes: Limit = {
  value: 1_048_576,
  unit: "bytes",
  why: "Two thousand URLs of five hundred octets each, which few are.",
};

/** How many rows of each kind a survey's report for a person has. */
export const surveyRows: Limit = {
  value: 20,
  unit: "count",
  option: "--verbose",
  why: "What has to be done first fits on a screen; the files have all of it.",
};

/** How many visits are written down in one transaction. */
export const surveyWritten: Limit = {
  value: 64,
  unit: "count",
  why: "A kill loses no more visits than this, and they are made again; one transaction a visit would cost as much as the visit.",
};

/** How long a visit waits to be written down. */
export const surveyWriteMs: Limit = {
  value: 200,
  unit: "ms",
  why: "Visits that end close to each other are written together; a kill loses no more than this.",
};

/** How long one site may take, redirects included. */
export const visitMs: Limit = {
  value: 30_000,
  unit: "ms",
  option: "--max-time",
  why: "Longer than a slow server needs for a handshake and a head; a silent one should not hold up the list.",
};

/** How large a lock file may be. */
export const lockBytes: Limit = {
  value: 67_108_864,
  unit: "bytes",
  why: "A site's chain has about 4 KiB, or 6 as base64; two thousand sites with chains of their own come to 12 MiB.",
};

/** How many files of a folder are read as one bundle. */
export const bundleFolderFiles: Limit = {
  value: 1_024,
  unit: "count",
  why: "Moddable's whole store has about 170 files; a folder with a thousand is not a set of CA certificates.",
};

/** How many endpoints a fleet has, each counted once. */
export const fleetEndpoints: Limit = {
  value: 2_000,
  unit: "count",
  why: "As many as one command line may name (`visitedUrls`): each is visited, whoever of the fleet talks to it.",
};

/** How large the file of a client's certificate, or of its key, may be. */
export const credentialBytes: Limit = {
  value: 1_048_576,
  unit: "bytes",
  why: "A chain with its key has about 10 KiB; a PKCS#12 file may carry a store's roots beside them.",
};

/** How large the file of a key may be. */
export const signKeyBytes: Limit = {
  value: 65_536,
  unit: "bytes",
  why: "An encrypted Ed25519 key in PEM has about 300 bytes; an RSA key of 16,384 bits, which is then refused by its kind, has 13 KiB.",
};

/** How large a manifest may be that is checked. */
export const otaManifestBytes: Limit = {
  value: 1_048_576,
  unit: "bytes",
  why: "A file or an anchor takes about 200 bytes, and no format has more than a few hundred of either.",
};

/** How large the manifest of a fleet may be. */
export const fleetManifestBytes: Limit = {
  value: 4_194_304,
  unit: "bytes",
  why: "A thousand firmwares with forty endpoints of a hundred octets each.",
};

/** How many firmwares a fleet may have. */
export const fleetFirmwares: Limit = {
  value: 1_000,
  unit: "count",
  why: "A product has tens of releases in the field; more than this is a list of devices, and these have their release in common.",
};

/** How large a file of cookies may be. */
export const cookieFileBytes: Limit = {
  value: 4_194_304,
  unit: "bytes",
  why: "RFC 6265 §6.1 has a client keep 3,000 cookies at least; a line of a cookie file has some hundred bytes.",
};

/** How much `-d @FILE` and a part's text (`-F name=<FILE`) may hold: it is sent out of memory. */
export const dataFileBytes: Limit = {
  value: 67_108_864,
  unit: "bytes",
  why: "Servers take 1 MiB (nginx) to some ten MiB as a form; larger things are files, and -T sends them as they are read.",
};

/** How large a format of `-w` may be. */
export const writeOutBytes: Limit = {
  value: 65_536,
  unit: "bytes",
  why: "All of curl's variables with their names take about 2 KiB.",
};

/** How large the file of a passphrase may be, whose first line counts. */
export const passphraseBytes: Limit = {
  value: 4_096,
  unit: "bytes",
  why: "OpenSSL takes passphrases of 1,023 bytes at most; this leaves room for lines that follow.",
};

/** How many URLs a pattern with braces and brackets may stand for. */
export const globbedUrls: Limit = {
  value: 10_000,
  unit: "count",
  why: "The parts of a large download have four digits; more than this is most likely a slip in a range.",
};

/** How large a file of flags may be. */
export const flagFileBytes: Limit = {
  value: 1_048_576,
  unit: "bytes",
  why: "A line a flag; ten thousand URLs with their outputs have as much.",
};

/** How large a command may be that is given as one argument. */
export const pastedBytes: Limit = {
  value: 4_194_304,
  unit: "bytes",
  why: "A browser writes a request's whole body into the command that it copies; a shell takes 2 MiB at most as a whole.",
};

/** How large a file of logins may be. */
export const netrcBytes: Limit = {
  value: 1_048_576,
  unit: "bytes",
  why: "A line a host: ten thousand of them.",
};

/** How large a PAC file may be. */
export const pacFileBytes: Limit = {
  value: 1_048_576,
  unit: "bytes",
  why: "Chromium takes no larger ones either; a company's has some ten KiB, with a list of its networks.",
};

/** How long a PAC file may take to be fetched. */
export const pacFetchMs: Limit = {
  value: 10_000,
  unit: "ms",
  why: "Nothing is sent before it is there; a file of some KiB takes less than a second, and no request should wait longer for it than for its answer.",
};

/** How long a PAC file may take to say which proxy a URL goes by, its lookups of names included. */
export const pacAnswerMs: Limit = {
  value: 5_000,
  unit: "ms",
  why: "As long as a resolver waits for one server (resolv.conf, timeout); what it computes takes a millisecond.",
};

/** How many names a PAC file may look up for one URL. */
export const pacLookups: Limit = {
  value: 20,
  unit: "count",
  why: "Chromium has this number: a file asks for the host's address, seldom for that of a few more names.",
};

/** How much memory a PAC file may take while it runs. */
export const pacMemoryBytes: Limit = {
  value: 67_108_864,
  unit: "bytes",
  why: "A file of 1 MiB as a program, and its tables, with room to spare.",
};

/** How many requests `-Z` makes at the same time. */
export const parallelTransfers: Limit = {
  value: 300,
  unit: "count",
  option: "--parallel-max",
  why: "curl(1) takes no more either; without the flag it is 50.",
};

/** How long a body of JSON may be to be shown indented and in colour. */
export const shownJsonBytes: Limit = {
  value: 4_194_304,
  unit: "bytes",
  why: "Nobody reads through more on a terminal, and until it has come nothing of it is shown.",
};

/** How long JSON may become when it is indented for a terminal. */
export const shownJsonCharacters: Limit = {
  value: 33_554_432,
  unit: "count",
  why: "Eight times what is looked at, which a list of digits comes to in colour; lists within lists are indented by the square of their depth, and 4 MiB of brackets would take terabytes.",
};
