# A TLS client of Python's ssl with create_default_context, for many servers: each line of the file is a port, a host's
# name and a file of DER certificates one after the other. Prints a line of JSON for each.
import json
import socket
import ssl
import sys


def meet(port, name, path):
    with open(path, "rb") as file:
        authorities = file.read()
    try:
        context = ssl.create_default_context(cadata=authorities)
        with socket.create_connection(("127.0.0.1", int(port)), timeout=10) as plain:
            with context.wrap_socket(plain, server_hostname=name):
                return {"accepts": True, "library": ""}
    except ssl.SSLCertVerificationError as error:
        return {"accepts": False, "library": str(error.verify_code)}
    except (OSError, ValueError) as error:
        return {"accepts": False, "library": str(error)}


with open(sys.argv[1]) as jobs:
    for job in jobs:
        print(json.dumps(meet(*job.split())))
