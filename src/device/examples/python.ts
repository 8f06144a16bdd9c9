/** Python: the standard library, with CA certificates of one's own. */
import { formats } from "../../bundle/index.ts";
import { type Example, quote, seconds } from "./example.ts";
import { type ExampleFile, placeFiles } from "./example-file.ts";
import { ignoring, pemHalves } from "./identity.ts";
import { renderReadme } from "./readme.ts";

export function buildPython(example: Example): readonly ExampleFile[] {
  const halves = example.identity && pemHalves(example.identity, "");
  return [
    {
      path: "main.py",
      content: example.speaks === "http" ? renderProgram(example) : renderConnection(example),
    },
    ...placeFiles(formats.pem.write(example.anchors).files, (path) => path),
    ...(halves === undefined ? [] : [halves.certificate, ignoring([halves.key])]),
    {
      path: "README.md",
      content: renderReadme(example, {
        needs: ["Python 3.8 or later, and nothing beside its standard library."],
        prepare: halves === undefined ? [] : [halves.step],
        run: ["python3 main.py"],
        settings: [
          "`create_default_context(cafile=...)` believes the given file alone, and not the system's store.",
        ],
      }),
    },
  ];
}

function renderConnection({ host, port, timeoutMs, identity }: Example): string {
  return String.raw`# One verified TLS connection. Python 3.
import pathlib
import socket
import ssl
import sys

HOST = ${quote(host)}
PORT = ${port}
TIMEOUT = ${seconds(timeoutMs)}
${contextBegin}${identity === undefined ? "" : showIdentity}${connectionBody}`;
}

/** What TLS and DNS end in, one line each. */
const failures = `    except ssl.SSLCertVerificationError as error:
        print("the certificate was not accepted:", error.verify_message, file=sys.stderr)
    except ssl.SSLError as error:
        print("TLS failed:", error.reason, file=sys.stderr)
    except socket.gaierror as error:
        print("DNS failed:", error, file=sys.stderr)`;

const connectionBody = String.raw`    try:
        with socket.create_connection((HOST, PORT), TIMEOUT) as raw:
            with context.wrap_socket(raw, server_hostname=HOST) as tls:
                print("verified,", tls.version())  # speak with tls here
        return 0
${failures}
    except OSError as error:
        print("TCP failed:", error, file=sys.stderr)
    return 1


sys.exit(fetch())
`;

function renderProgram({ host, port, target, agent, timeoutMs, identity }: Example): string {
  return String.raw`# One verified HTTPS request. Python 3.
import http.client
import pathlib
import socket
import ssl
import sys
import time

HOST = ${quote(host)}
PORT = ${port}
TARGET = ${quote(target)}
AGENT = ${quote(agent)}
TIMEOUT = ${seconds(timeoutMs)}
${contextBegin}${identity === undefined ? "" : showIdentity}${programBody}`;
}

const contextBegin = String.raw`HERE = pathlib.Path(__file__).parent


def fetch():
    context = ssl.create_default_context(cafile=HERE / "ca.pem")
`;

const showIdentity = String.raw`    context.load_cert_chain(HERE / "client.pem", HERE / "client.key")
`;

const programBody = String.raw`    connection = http.client.HTTPSConnection(HOST, PORT, timeout=TIMEOUT, context=context)
    deadline = time.monotonic() + TIMEOUT
    try:
        connection.request("GET", TARGET, headers={"User-Agent": AGENT, "Accept": "*/*"})
        response = connection.getresponse()
        received = 0
        while piece := response.read(4096):
            received += len(piece)  # use piece here
            if time.monotonic() > deadline:
                raise TimeoutError("the body took too long")
        if response.length:
            raise http.client.IncompleteRead(b"", response.length)
        print("HTTP", response.status, received, "bytes")
        return 0
${failures}
    except TimeoutError as error:
        print("timed out:", error, file=sys.stderr)
    except http.client.HTTPException as error:
        print("HTTP failed:", repr(error), file=sys.stderr)
    except OSError as error:
        print("TCP failed:", error, file=sys.stderr)
    finally:
        connection.close()
    return 1


sys.exit(fetch())
`;
