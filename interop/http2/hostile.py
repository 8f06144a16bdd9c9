"""A server of HTTP/2 that does to each request what its path says, by Python's h2, and with frames that h2 would not send.

Arguments: certificate chain, key. It says on its output on which port it listens; then, for each connection that ended after
a fault, a line of JSON: the path, the error code of the GOAWAY that the client sent, and those of its RST_STREAM frames.
"""

import json
import socket
import ssl
import struct
import sys
import threading

from h2.config import H2Configuration
from h2.connection import H2Connection
from h2.errors import ErrorCodes
from h2.events import ConnectionTerminated, DataReceived, RequestReceived, StreamEnded, StreamReset
from h2.exceptions import ProtocolError
from hyperframe.frame import (
    ContinuationFrame,
    DataFrame,
    GoAwayFrame,
    HeadersFrame,
    PingFrame,
    PriorityFrame,
    PushPromiseFrame,
    RstStreamFrame,
    SettingsFrame,
    WindowUpdateFrame,
)

# More than is taken of anything, and so little that it is sent before a client can leave.
FLOOD = 1_100

OK = [(":status", "200"), ("content-type", "text/plain")]
scenarios = {}
asked = {}


def scenario(path):
    def register(run):
        scenarios[path] = run
        return run

    return register


class Peer:
    """One connection, and what is done to it."""

    def __init__(self, sock):
        self.sock = sock
        # What is sent is not held to any rule; h2's state of what came is.
        config = H2Configuration(
            client_side=False,
            header_encoding="utf-8",
            validate_outbound_headers=False,
            normalize_outbound_headers=False,
        )
        self.h2 = H2Connection(config)
        self.path = None
        self.target = None
        self.resets = []
        self.goaway = None
        self.is_hostile = False

    def send(self, octets):
        # A client that has left may have said why: that is to be read yet.
        try:
            self.sock.sendall(octets)
        except OSError:
            pass

    def flush(self):
        self.send(self.h2.data_to_send())

    def raw(self, *frames):
        self.flush()
        self.send(b"".join(frame if isinstance(frame, bytes) else frame.serialize() for frame in frames))

    def block(self, stream, fields, *flags):
        frame = HeadersFrame(stream, flags=["END_HEADERS", *flags])
        frame.data = self.h2.encoder.encode(fields)
        return frame

    def answer(self, stream, body=b"ok\n", fields=()):
        self.raw(self.block(stream, [*OK, *fields]), DataFrame(stream, data=body, flags=["END_STREAM"]))

    def serve(self):
        self.h2.initiate_connection()
        self.flush()
        try:
            while True:
                came = self.sock.recv(65536)
                if not came:
                    break
                for event in self.h2.receive_data(came):
                    self.take(event)
                self.flush()
        except (OSError, ProtocolError):
            pass
        finally:
            self.sock.close()
            if self.is_hostile:
                said = {"path": self.path, "goaway": self.goaway, "resets": self.resets}
                print(json.dumps(said), flush=True)

    def take(self, event):
        if isinstance(event, RequestReceived):
            target = dict(event.headers)[":path"]
            path = target.partition("?")[0]
            run = scenarios.get(path)
            if run is not None:
                self.path = path
                self.target = target
                self.is_hostile = True
                run(self, event.stream_id)
            elif path == "/ok":
                self.answer(event.stream_id)
        elif isinstance(event, DataReceived):
            if self.path not in unread:
                self.h2.acknowledge_received_data(event.flow_controlled_length, event.stream_id)
        elif isinstance(event, StreamReset):
            self.resets.append(int(event.error_code))
        elif isinstance(event, ConnectionTerminated):
            self.goaway = int(event.error_code)


def is_first(target):
    asked[target] = asked.get(target, 0) + 1
    return asked[target] == 1


def goaway(last, code, debug=b""):
    return GoAwayFrame(0, last_stream_id=last, error_code=int(code), additional_data=debug)


def reset(stream, code):
    return RstStreamFrame(stream, error_code=int(code))


def frame(kind, flags, stream, payload):
    """A frame that hyperframe refuses to make."""
    return struct.pack(">I", len(payload))[1:] + bytes([kind, flags]) + struct.pack(">I", stream) + payload


# How a server ends requests and connections.


@scenario("/goaway-with-the-rest")
def _(peer, stream):
    peer.raw(peer.block(stream, OK), DataFrame(stream, data=b"the first half, "))
    peer.raw(goaway(stream, ErrorCodes.NO_ERROR, b"maintenance"))
    peer.raw(DataFrame(stream, data=b"the second\n", flags=["END_STREAM"]))


@scenario("/goaway-once")
def _(peer, stream):
    if is_first(peer.target):
        peer.raw(goaway(0, ErrorCodes.NO_ERROR))
    else:
        peer.answer(stream)


@scenario("/goaway-always")
def _(peer, stream):
    peer.raw(goaway(0, ErrorCodes.NO_ERROR, b"never today"))


@scenario("/goaway-in-the-body")
def _(peer, stream):
    peer.raw(peer.block(stream, OK), DataFrame(stream, data=b"x" * 1000))
    peer.raw(goaway(stream, ErrorCodes.ENHANCE_YOUR_CALM, b"too_many_pings\r\n\x00"))
    peer.sock.unwrap()


@scenario("/refused-once")
def _(peer, stream):
    if is_first(peer.target):
        peer.raw(reset(stream, ErrorCodes.REFUSED_STREAM))
    else:
        peer.answer(stream)


@scenario("/refused-always")
def _(peer, stream):
    peer.raw(reset(stream, ErrorCodes.REFUSED_STREAM))


@scenario("/reset-in-the-body")
def _(peer, stream):
    peer.raw(peer.block(stream, [*OK, ("content-length", "5000")]), DataFrame(stream, data=b"x" * 1000))
    peer.raw(reset(stream, ErrorCodes.INTERNAL_ERROR))


@scenario("/calm")
def _(peer, stream):
    peer.raw(reset(stream, ErrorCodes.ENHANCE_YOUR_CALM))


@scenario("/http1-wanted")
def _(peer, stream):
    peer.raw(reset(stream, ErrorCodes.HTTP_1_1_REQUIRED))


@scenario("/answered-early")
def _(peer, stream):
    # RFC 9113 §8.1: an answer that is whole, and no interest in the rest of the request.
    peer.raw(peer.block(stream, [(":status", "413")]), DataFrame(stream, data=b"too large\n", flags=["END_STREAM"]))
    peer.raw(reset(stream, ErrorCodes.NO_ERROR))


@scenario("/reset-with-unknown-code")
def _(peer, stream):
    peer.raw(frame(3, 0, stream, struct.pack(">I", 0xBAD)))


@scenario("/closed-in-the-body")
def _(peer, stream):
    peer.raw(peer.block(stream, OK), DataFrame(stream, data=b"x" * 1000))
    peer.sock.unwrap()


@scenario("/closed-before-the-head")
def _(peer, stream):
    peer.sock.unwrap()


# Windows.


@scenario("/window-never-opened")
def _(peer, stream):
    pass


unread = {"/window-never-opened"}


@scenario("/window-overflow")
def _(peer, stream):
    peer.raw(WindowUpdateFrame(0, window_increment=2**31 - 1), WindowUpdateFrame(0, window_increment=2**31 - 1))


@scenario("/stream-window-overflow")
def _(peer, stream):
    peer.raw(WindowUpdateFrame(stream, window_increment=2**31 - 1))


@scenario("/more-than-the-window")
def _(peer, stream):
    peer.raw(peer.block(stream, OK))
    peer.raw(*[DataFrame(stream, data=b"x" * 16384) for _ in range(64)])


# Floods.


@scenario("/continuation-flood")
def _(peer, stream):
    peer.raw(HeadersFrame(stream, data=b""))
    peer.raw(*[ContinuationFrame(stream, data=b"") for _ in range(FLOOD)])


@scenario("/continuation-bytes")
def _(peer, stream):
    peer.raw(HeadersFrame(stream, data=b""))
    peer.raw(*[ContinuationFrame(stream, data=b"\x00\x7f\x80\x7f" * 4096) for _ in range(6)])


@scenario("/settings-flood")
def _(peer, stream):
    peer.raw(*[SettingsFrame(0) for _ in range(FLOOD)])


@scenario("/ping-flood")
def _(peer, stream):
    peer.raw(*[PingFrame(0, opaque_data=b"12345678") for _ in range(FLOOD)])


@scenario("/reset-flood")
def _(peer, stream):
    peer.answer(stream)
    peer.raw(*[reset(stream, ErrorCodes.CANCEL) for _ in range(FLOOD)])


@scenario("/empty-data-flood")
def _(peer, stream):
    peer.raw(peer.block(stream, OK), *[DataFrame(stream, data=b"") for _ in range(FLOOD)])


@scenario("/window-update-flood")
def _(peer, stream):
    peer.raw(*[WindowUpdateFrame(0, window_increment=1) for _ in range(FLOOD)])


@scenario("/priority-flood")
def _(peer, stream):
    peer.raw(*[PriorityFrame(stream, depends_on=0, stream_weight=1) for _ in range(FLOOD)])


@scenario("/origin-flood")
def _(peer, stream):
    peer.raw(*[frame(0xC, 0, 0, struct.pack(">H", 19) + b"https://example.com") for _ in range(FLOOD)])


@scenario("/informational-flood")
def _(peer, stream):
    peer.raw(*[peer.block(stream, [(":status", "103")]) for _ in range(FLOOD)])


@scenario("/header-bomb")
def _(peer, stream):
    # One field of 4,000 octets enters the table; each octet that follows names it.
    bomb = peer.h2.encoder.encode([(":status", "200"), ("x-bomb", "b" * 4000)])
    peer.raw(HeadersFrame(stream, data=bomb))
    peer.raw(ContinuationFrame(stream, data=b"\xbe" * 16_000, flags=["END_HEADERS"]))


@scenario("/many-fields")
def _(peer, stream):
    encoded = peer.h2.encoder.encode([(":status", "200"), *[(f"x-{i}", "v") for i in range(2_000)]])
    pieces = [encoded[at : at + 16_000] for at in range(0, len(encoded), 16_000)]
    peer.raw(
        HeadersFrame(stream, data=pieces[0]),
        *[ContinuationFrame(stream, data=piece) for piece in pieces[1:]],
        ContinuationFrame(stream, data=b"", flags=["END_HEADERS"]),
    )


# Rules of frames and of the connection.


@scenario("/push")
def _(peer, stream):
    promise = PushPromiseFrame(stream, promised_stream_id=2, flags=["END_HEADERS"])
    promise.data = peer.h2.encoder.encode(
        [(":method", "GET"), (":scheme", "https"), (":authority", "localhost"), (":path", "/pushed")]
    )
    peer.raw(promise)


@scenario("/index-that-is-not-there")
def _(peer, stream):
    peer.raw(HeadersFrame(stream, data=b"\x88\xff\x80\x7f", flags=["END_HEADERS", "END_STREAM"]))


@scenario("/huffman-that-is-none")
def _(peer, stream):
    peer.raw(HeadersFrame(stream, data=b"\x88\x00\x81\xff\x84\xff\xff\xff\xff", flags=["END_HEADERS", "END_STREAM"]))


@scenario("/table-larger-than-allowed")
def _(peer, stream):
    peer.raw(HeadersFrame(stream, data=b"\x3f\xe1\xff\x03\x88", flags=["END_HEADERS", "END_STREAM"]))


@scenario("/data-on-stream-zero")
def _(peer, stream):
    peer.raw(frame(0, 0, 0, b"x"))


@scenario("/head-on-a-stream-of-nobody")
def _(peer, stream):
    peer.raw(peer.block(stream + 100, OK))


@scenario("/head-on-an-even-stream")
def _(peer, stream):
    peer.raw(peer.block(2, OK))


@scenario("/frame-too-large")
def _(peer, stream):
    peer.raw(frame(0, 0, stream, b"x" * 20_000))


@scenario("/ping-of-seven")
def _(peer, stream):
    peer.raw(frame(6, 0, 0, b"1234567"))


@scenario("/window-update-of-zero")
def _(peer, stream):
    peer.raw(frame(8, 0, 0, struct.pack(">I", 0)))


@scenario("/setting-out-of-range")
def _(peer, stream):
    peer.raw(frame(4, 0, 0, struct.pack(">HI", 5, 100)))


@scenario("/push-enabled-by-the-server")
def _(peer, stream):
    peer.raw(frame(4, 0, 0, struct.pack(">HI", 2, 1)))


@scenario("/padding-longer-than-the-frame")
def _(peer, stream):
    peer.raw(peer.block(stream, OK), frame(0, 0x8, stream, b"\x20short"))


@scenario("/block-that-is-interrupted")
def _(peer, stream):
    peer.raw(HeadersFrame(stream, data=b"\x88"), PingFrame(0, opaque_data=b"12345678"))


@scenario("/continuation-of-nothing")
def _(peer, stream):
    peer.raw(ContinuationFrame(stream, data=b"\x88", flags=["END_HEADERS"]))


@scenario("/acknowledged-with-a-payload")
def _(peer, stream):
    peer.raw(frame(4, 1, 0, struct.pack(">HI", 3, 100)))


# Rules of messages.


def malformed(path, fields, body=None):
    def run(peer, stream):
        if body is None:
            peer.raw(peer.block(stream, fields, "END_STREAM"))
        else:
            peer.raw(peer.block(stream, fields), DataFrame(stream, data=body, flags=["END_STREAM"]))

    scenarios[path] = run


malformed("/upper-case", [*OK, ("X-Upper", "1")])
malformed("/connection-field", [*OK, ("connection", "close")])
malformed("/chunked", [*OK, ("transfer-encoding", "chunked")])
malformed("/no-status", [("content-type", "text/plain")])
malformed("/two-statuses", [(":status", "200"), (":status", "200")])
malformed("/status-behind", [("content-type", "text/plain"), (":status", "200")])
malformed("/status-of-words", [(":status", "2 0")])
malformed("/status-101", [(":status", "101")])
malformed("/pseudo-of-a-request", [(":status", "200"), (":path", "/")])
malformed("/pseudo-of-nobody", [(":status", "200"), (":soul", "1")])
malformed("/line-break-in-a-value", [*OK, ("x-split", "a\r\nset-cookie: b=c")])
malformed("/nul-in-a-value", [*OK, ("x-nul", "a\x00b")])
malformed("/space-around-a-value", [*OK, ("x-space", " a ")])
malformed("/empty-name", [*OK, ("", "a")])
malformed("/colon-in-a-name", [*OK, ("x:y", "a")])
malformed("/length-too-long", [*OK, ("content-length", "10")], b"short")
malformed("/length-too-short", [*OK, ("content-length", "2")], b"longer")
malformed("/two-lengths", [*OK, ("content-length", "5"), ("content-length", "6")], b"12345")
malformed("/length-of-words", [*OK, ("content-length", "five")], b"12345")
malformed("/content-of-204", [(":status", "204")], b"content")
malformed("/informational-that-ends", [(":status", "103")])


@scenario("/content-before-the-head")
def _(peer, stream):
    peer.raw(DataFrame(stream, data=b"x"))


@scenario("/trailers-that-do-not-end")
def _(peer, stream):
    peer.raw(peer.block(stream, OK), DataFrame(stream, data=b"x"), peer.block(stream, [("x-sum", "1")]))


@scenario("/pseudo-in-trailers")
def _(peer, stream):
    peer.raw(peer.block(stream, OK), DataFrame(stream, data=b"x"))
    peer.raw(peer.block(stream, [(":status", "200")], "END_STREAM"))


def main():
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(sys.argv[1], sys.argv[2])
    context.set_alpn_protocols(["h2"])
    listener = socket.create_server(("127.0.0.1", 0), backlog=100)
    print(listener.getsockname()[1], flush=True)
    while True:
        plain, _ = listener.accept()
        threading.Thread(target=welcome, args=(context, plain), daemon=True).start()


def welcome(context, plain):
    try:
        plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        sock = context.wrap_socket(plain, server_side=True)
    except OSError:
        return
    Peer(sock).serve()


main()
