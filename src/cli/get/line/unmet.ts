/** Flags that are known and cannot be done as they stand: each is refused before anything is sent, with what can be done instead. */
import { CommandError } from "../../frame/failure.ts";
import type { GetFlags } from "../flags/table.ts";
import { pacAddress } from "../pac/address.ts";

/** @throws CommandError for the first of them */
export function refuseUnmetFlags(flags: GetFlags): void {
  refuseInsecureFlag(flags);
  refuseTogether(flags);
  const { referer, "http1.0": http10, proxytunnel } = flags;
  if (referer?.endsWith(";auto") === true)
    throw new CommandError(
      '";auto" behind -e has each redirect name the page before it; that is not done here.',
      {
        hint: "Leave it out: the Referer is the same for every request then.",
      },
    );
  if (http10 === true)
    throw new CommandError("-0 asks for HTTP/1.0; requests are sent in HTTP/2 and HTTP/1.1 alone.", {
      hint: 'Leave it out; -H "Connection: close" has the connection closed after one request.',
    });
  if (proxytunnel === true && flags.proxy === undefined)
    throw new CommandError("-p has no proxy to tunnel through.", { hint: "Add -x http://host:port." });
}

/** `-k` is what people type blind; it has to be said why. */
function refuseInsecureFlag({ insecure }: GetFlags): void {
  if (insecure !== true) return;
  throw new CommandError("-k (--insecure) needs a reason for which nobody has to vouch for the server.", {
    hint: 'Write --insecure-because REASON, such as --insecure-because "my own device, before its first certificate".',
  });
}

function refuseTogether(flags: GetFlags): void {
  refuseBesidePac(flags);
  const { fail, failWithBody, remoteHeaderName, include, report, writeOut } = flags;
  if (fail === true && failWithBody === true)
    throw new CommandError("-f leaves the body of an error out, and --fail-with-body writes it.", {
      hint: "Leave one of them out.",
    });
  if (remoteHeaderName === true && include === true)
    throw new CommandError("-J learns the file's name from the head, and -i writes the head into the file.", {
      hint: "Leave one of them out; -D FILE writes the head to a file of its own.",
    });
  if (report !== undefined && writeOut !== undefined)
    throw new CommandError("--report json and -w cannot stand together: stdout has one JSON object.", {
      hint: "-w '%{json}' alone prints curl's own.",
    });
}

/** A PAC file says of every host how it is reached. */
export function refuseBesidePac({
  proxy,
  noproxy,
  connectTo,
  unixSocket,
}: Pick<GetFlags, "proxy" | "noproxy" | "connectTo" | "unixSocket">): void {
  if (pacAddress(proxy) === undefined) return;
  const [flag] =
    Object.entries({ "--noproxy": noproxy, "--connect-to": connectTo, "--unix-socket": unixSocket }).find(
      ([, given]) => given !== undefined,
    ) ?? [];
  if (flag === undefined) return;
  throw new CommandError(`${flag} and a PAC file cannot stand together: both say how a host is reached.`, {
    hint: "Leave one of them out.",
  });
}
