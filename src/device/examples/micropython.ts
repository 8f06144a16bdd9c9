/** MicroPython 1.23 and later: sockets and tls, since neither `ssl` nor `requests` verifies by itself. */
import { formats } from "../../bundle/index.ts";
import { type Example, quote, seconds } from "./example.ts";
import { type ExampleFile, placeFiles } from "./example-file.ts";
import { derHalves, ignoring } from "./identity.ts";
import { renderReadme } from "./readme.ts";

export function buildMicropython(example: Example): readonly ExampleFile[] {
  const { files } = formats.der.write(example.anchors);
  const names = files.map(({ path }) => path);
  const halves = example.identity && derHalves(example.identity, "");
  const copied = [...names, ...(halves === undefined ? [] : [halves.certificate.path, halves.key])];
  return [
    { path: "main.py", content: renderProgram(example, names) },
    ...placeFiles(files, (path) => path),
    ...(halves === undefined ? [] : [halves.certificate, ignoring([halves.key])]),
    {
      path: "README.md",
      content: renderReadme(example, {
        needs: [
          "A board with MicroPython 1.23 or later whose TLS is mbedTLS (ESP32, Pico W; not ESP8266), and `mpremote`.",
        ],
        prepare: [
          "Join the network, in `boot.py` or by hand: `network.WLAN(network.STA_IF)`.",
          ...(halves === undefined ? [] : [halves.step]),
        ],
        run: [`mpremote cp ${copied.join(" ")} :`, "mpremote run main.py"],
        settings: [
          "`tls` is the module that `ssl` wraps. Its client verifies by itself; the wrapper of micropython-lib sets `CERT_NONE`, and `requests` always does.",
          "The CA certificates are DER, which every port reads. PEM is read where the port's mbedTLS has a parser of it: ESP32, and rp2 in newer sources.",
          "`server_hostname` is given: without it no name is compared.",
          "`ntptime.settime()` first: dates are checked, and the clock starts years ago.",
        ],
      }),
    },
  ];
}

function renderProgram(
  { host, port, authority, target, agent, timeoutMs, identity, speaks }: Example,
  files: readonly string[],
): string {
  const request = `AUTHORITY = ${quote(authority)}
TARGET = ${quote(target)}
AGENT = ${quote(agent)}
`;
  return String.raw`# One verified ${speaks === "http" ? "HTTPS request" : "TLS connection"}. MicroPython 1.23 and later, with mbedTLS.
import socket
${speaks === "http" ? "import time\n" : ""}
import ntptime
import tls

HOST = ${quote(host)}
PORT = ${port}
${speaks === "http" ? request : ""}TIMEOUT = ${seconds(timeoutMs)}
CA_FILES = (${files.map((file) => `${quote(file)},`).join(" ")})


${contextBegin}${identity === undefined ? "" : showIdentity}${contextEnd}${speaks === "http" ? headReader : ""}${programBody}${speaks === "http" ? requestBody : tellBody}${programEnd}`;
}

const showIdentity = String.raw`    with open("client.der", "rb") as certificate, open("client-key.der", "rb") as key:
        ctx.load_cert_chain(certificate.read(), key.read())
`;

const contextBegin = String.raw`def context():
    ctx = tls.SSLContext(tls.PROTOCOL_TLS_CLIENT)
    ctx.verify_mode = tls.CERT_REQUIRED
    for name in CA_FILES:
        with open(name, "rb") as file:
            ctx.load_verify_locations(file.read())
`;

const contextEnd = String.raw`    return ctx

`;

const headReader = String.raw`
def read_head(stream):
    line = stream.readline()
    if not line:
        raise OSError("connected, and closed without an HTTP answer")
    status = int(line.split(None, 2)[1])
    expected = -1
    while True:
        line = stream.readline()
        if line in (b"\r\n", b"\n", b""):
            return status, expected
        name, _, value = line.partition(b":")
        if name.strip().lower() == b"content-length":
            expected = int(value)

`;

const programBody = String.raw`
def fetch():
    stage = "the clock"
    raw = None
    try:
        ntptime.settime()
        stage = "DNS"
        address = socket.getaddrinfo(HOST, PORT, 0, socket.SOCK_STREAM)[0][-1]
        stage = "TCP"
        raw = socket.socket()
        raw.settimeout(TIMEOUT)
        raw.connect(address)
        stage = "TLS"
        stream = context().wrap_socket(raw, server_hostname=HOST)
`;

const tellBody = String.raw`        print("verified")  # speak with stream here
        stream.close()
`;

const requestBody = String.raw`        stage = "HTTP"
        # HTTP/1.0, so that the body comes without chunks.
        request = "GET %s HTTP/1.0\r\nHost: %s\r\nUser-Agent: %s\r\nAccept: */*\r\nConnection: close\r\n\r\n"
        stream.write((request % (TARGET, AUTHORITY, AGENT)).encode())
        status, expected = read_head(stream)
        received = 0
        deadline = time.time() + TIMEOUT
        while expected < 0 or received < expected:
            piece = stream.read(512)
            if not piece:
                break
            received += len(piece)  # use piece here
            if time.time() > deadline:
                raise OSError("timed out")
        if expected >= 0 and received < expected:
            raise OSError("cut off after %d of %d bytes" % (received, expected))
        print("HTTP", status, received, "bytes")
`;

const programEnd = String.raw`    except (OSError, ValueError) as error:
        print("failed at", stage + ":", str(error).strip())
    finally:
        if raw is not None:
            raw.close()


fetch()
`;
