/** The help text of the program as a whole. */
import { exitCodeMeanings } from "./exit-codes.ts";
import { renderFacts } from "./layout.ts";

/** What stands before the list of commands. */
export const introduction = `Meerkat: an HTTPS client that tells you why.`;

/** What stands after it. */
export function renderEpilogue(width: number): string {
  return [
    "",
    "Examples:",
    "  meerkat tour                                   see the whole story in ten seconds",
    "  meerkat get https://api.weather.gov/           the body on stdout, who vouched on stderr",
    "  meerkat get --cacert ca.pem https://intranet/  trust this CA and no other",
    "  meerkat explain expired                        what an error code means",
    "",
    ...renderExitCodes(width),
    "",
    "Colour is for terminals only; NO_COLOR turns it off there too.",
  ].join("\n");
}

/** The exit codes and their meanings, under a heading. */
export function renderExitCodes(width: number): string[] {
  return [
    "Exit codes (curl's numbers where curl has one):",
    ...renderFacts(Object.entries(exitCodeMeanings), { width, indent: "  " }),
  ];
}
