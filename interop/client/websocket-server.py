"""A WebSocket server that echoes messages, written from RFC 6455, RFC 7692 and RFC 8441: by HTTP/1.1, and by HTTP/2 with Python's h2.

Arguments: certificate chain, key. It says on its output on which port it listens. What the query of the path says, apart from
`&`, is the answer's Sec-WebSocket-Extensions; where that is permessage-deflate, messages are compressed both ways.
"""

import base64
import hashlib
import socket
import ssl
import struct
import sys
import threading
import urllib.parse
import zlib

from h2.config import H2Configuration
from h2.connection import H2Connection
from h2.events import DataReceived, RequestReceived, StreamEnded, StreamReset, WindowUpdated
from h2.settings import SettingCodes, Settings

TAIL = b"\x00\x00\xff\xff"


class Deflation:
    """Both directions of permessage-deflate, as the answer agreed to it."""

    def __init__(self, extension):
        params = dict(part.strip().partition("=")[::2] for part in extension.split(";")[1:])
        self.own_bits = int(params.get("server_max_window_bits", 15))
        self.peer_bits = int(params.get("client_max_window_bits") or 15)
        self.own_keeps = "server_no_context_takeover" not in params
        self.peer_keeps = "client_no_context_takeover" not in params
        self.out = self.into = None

    def inflate(self, payload):
        if self.into is None or not self.peer_keeps:
            # A window as small as was agreed on: whoever refers further back is found out.
            self.into = zlib.decompressobj(-self.peer_bits)
        return self.into.decompress(payload + TAIL)

    def deflate(self, payload):
        if self.out is None or not self.own_keeps:
            self.out = zlib.compressobj(wbits=-max(9, self.own_bits))
        data = self.out.compress(payload) + self.out.flush(zlib.Z_SYNC_FLUSH)
        return data[: -len(TAIL)]


class Echo:
    """One WebSocket. It writes by `send`, and `end` when both have said Close."""

    def __init__(self, extension, send, end):
        self.deflation = Deflation(extension) if extension.startswith("permessage-deflate") else None
        self.send, self.end = send, end
        self.bytes, self.parts, self.first = b"", b"", 0

    def frame(self, first, payload):
        n = len(payload)
        length = bytes([n]) if n < 126 else struct.pack(">BH", 126, n) if n < 65536 else struct.pack(">BQ", 127, n)
        self.send(bytes([first]) + length + payload)

    def take(self, more):
        self.bytes += more
        while True:
            b = self.bytes
            if len(b) < 2:
                return
            n, at = b[1] & 0x7F, 2
            if n == 126:
                n, at = (struct.unpack_from(">H", b, 2)[0], 4) if len(b) >= 4 else (1 << 62, 4)
            elif n == 127:
                n, at = (struct.unpack_from(">Q", b, 2)[0], 10) if len(b) >= 10 else (1 << 62, 10)
            assert b[1] & 0x80, "a client masks"
            if len(b) < at + 4 + n:
                return
            mask, body = b[at : at + 4], b[at + 4 : at + 4 + n]
            self.bytes = b[at + 4 + n :]
            key = int.from_bytes((mask * (n // 4 + 1))[:n], "big")
            self.whole(b[0], (int.from_bytes(body, "big") ^ key).to_bytes(n, "big"))

    def whole(self, first, payload):
        op = first & 0x0F
        if op == 9:
            self.frame(0x8A, payload)
        elif op == 8:
            self.frame(0x88, payload[:2])
            self.end()
        elif op < 3:
            if op:
                self.first, self.parts = first, b""
            self.parts += payload
            if first & 0x80:
                self.message(self.first & 0x0F, self.first & 0x40, self.parts)

    def message(self, op, compressed, payload):
        if compressed:
            payload = self.deflation.inflate(payload)
        if self.deflation is None:
            return self.frame(0x80 | op, payload)
        data = self.deflation.deflate(payload)
        # In two fragments, the first of which alone says that it is compressed.
        half = len(data) // 2
        self.frame(0x40 | op, data[:half])
        self.frame(0x80, data[half:])


def extension_of(path):
    return urllib.parse.unquote(path.partition("?")[2].split("&")[0])


def serve_http1(sock):
    text = b""
    while not text.endswith(b"\r\n\r\n"):
        text += sock.recv(65536) or sys.exit()
    lines = text.decode("latin-1").split("\r\n")
    fields = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines[1:])}
    extension = extension_of(lines[0].split(" ")[1])
    proof = hashlib.sha1((fields["sec-websocket-key"] + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").encode()).digest()
    answer = [
        "HTTP/1.1 101 Switching Protocols",
        "Upgrade: websocket",
        "Connection: Upgrade",
        "Sec-WebSocket-Accept: " + base64.b64encode(proof).decode(),
    ]
    if extension:
        answer.append("Sec-WebSocket-Extensions: " + extension)
    sock.sendall(("\r\n".join(answer) + "\r\n\r\n").encode("latin-1"))
    is_over = []
    echo = Echo(extension, sock.sendall, lambda: is_over.append(True))
    while not is_over:
        more = sock.recv(65536)
        if not more:
            break
        echo.take(more)
    sock.close()


def serve_http2(sock):
    h2 = H2Connection(H2Configuration(client_side=False, header_encoding="utf-8"))
    # What is set on the settings that are there is not sent before they were acknowledged.
    h2.local_settings = Settings(client=False, initial_values={SettingCodes.ENABLE_CONNECT_PROTOCOL: 1})
    h2.initiate_connection()
    sock.sendall(h2.data_to_send())
    echoes, waiting, ending = {}, {}, set()

    def pump(stream):
        data = waiting.get(stream, b"")
        while data:
            n = min(len(data), h2.local_flow_control_window(stream), h2.max_outbound_frame_size)
            if n <= 0:
                break
            h2.send_data(stream, data[:n])
            data = data[n:]
        waiting[stream] = data
        if not data and stream in ending:
            ending.discard(stream)
            h2.end_stream(stream)

    def send(stream, data):
        waiting[stream] = waiting.get(stream, b"") + data

    while True:
        more = sock.recv(65536)
        if not more:
            break
        for event in h2.receive_data(more):
            if isinstance(event, RequestReceived):
                stream, fields = event.stream_id, dict(event.headers)
                if fields[":method"] != "CONNECT":
                    h2.send_headers(stream, [(":status", "200")])
                    h2.send_data(stream, fields[":path"].encode(), end_stream=True)
                    continue
                assert fields[":protocol"] == "websocket" and fields[":scheme"] == "https"
                extension = extension_of(fields[":path"])
                more_fields = [("sec-websocket-extensions", extension)] if extension else []
                h2.send_headers(stream, [(":status", "200")] + more_fields)
                echoes[stream] = Echo(
                    extension,
                    lambda data, stream=stream: send(stream, data),
                    lambda stream=stream: ending.add(stream),
                )
            elif isinstance(event, DataReceived):
                h2.acknowledge_received_data(event.flow_controlled_length, event.stream_id)
                echoes[event.stream_id].take(event.data)
            elif isinstance(event, (StreamEnded, StreamReset)):
                if isinstance(event, StreamReset):
                    echoes.pop(event.stream_id, None)
            elif isinstance(event, WindowUpdated):
                pass
        for stream in list(echoes):
            try:
                pump(stream)
            except Exception:
                echoes.pop(stream)
        sock.sendall(h2.data_to_send())
    sock.close()


def serve(sock, context):
    try:
        tls = context.wrap_socket(sock, server_side=True)
        (serve_http2 if tls.selected_alpn_protocol() == "h2" else serve_http1)(tls)
    except (OSError, ssl.SSLError):
        pass


def main():
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(sys.argv[1], sys.argv[2])
    context.set_alpn_protocols(["h2", "http/1.1"])
    listener = socket.create_server(("127.0.0.1", 0))
    print(listener.getsockname()[1], flush=True)
    while True:
        sock, _ = listener.accept()
        threading.Thread(target=serve, args=(sock, context), daemon=True).start()


main()
