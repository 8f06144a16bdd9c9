# A TLS client of MicroPython's tls module, for many servers: each line of the file is a port, a host's name and a file
# of DER certificates one after the other. Prints a line of JSON for each.
import json
import socket
import sys
import tls


def read_certificates(path):
    with open(path, "rb") as file:
        data = file.read()
    at = 0
    while at < len(data):
        count = data[at + 1] - 0x80 if data[at + 1] > 0x80 else 0
        length = int.from_bytes(data[at + 2 : at + 2 + count], "big") if count else data[at + 1]
        end = at + 2 + count + length
        yield data[at:end]
        at = end


def meet(port, name, path):
    context = tls.SSLContext(tls.PROTOCOL_TLS_CLIENT)
    plain = socket.socket()
    try:
        for certificate in read_certificates(path):
            context.load_verify_locations(certificate)
        plain.settimeout(10)
        plain.connect(socket.getaddrinfo("127.0.0.1", int(port))[0][-1])
        context.wrap_socket(plain, server_hostname=name)
        return {"accepts": True, "library": ""}
    except (OSError, ValueError) as error:
        return {"accepts": False, "library": str(error)}
    finally:
        plain.close()


with open(sys.argv[1]) as jobs:
    for job in jobs:
        print(json.dumps(meet(*job.split())))
