/**
 * What a CA publishes over plain HTTP: issuers' certificates (RFC 5280 §4.2.2.1), CRLs (§4.2.1.13), and
 * an OCSP responder (RFC 6960 Appendix A) that takes GET and POST.
 *
 * Plain HTTP because everything served here is signed, and because a client that needs it may not yet
 * be able to trust anybody.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { renderHex } from "../../core/index.ts";
import { ocspRequestLimit } from "../limits.ts";
import type { Minted } from "./certificate.ts";
import { keyIdentifier } from "./key.ts";
import { parseOcspRequest, writeCrl, writeOcspError, writeOcspResponse, type Status } from "./revocation.ts";

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

export class Publications {
  readonly #at: number;
  readonly #base: string;
  readonly #issuers = new Map<string, Minted>();
  /** By hexadecimal serial number: what the responder says of certificates it knows. */
  readonly #known = new Map<string, "good" | "revoked">();

  /** `base` is the URL of the server without a final slash. */
  constructor(at: number, base: string) {
    this.#at = at;
    this.#base = base;
  }

  /** The URL at which this issuer's certificate can be fetched. */
  publishIssuer(issuer: Minted): string {
    return `${this.#base}/issuer/${this.#remember(issuer)}.der`;
  }

  /** The URLs of an issuer's responder and CRL. */
  publishRevocation(issuer: Minted): { readonly ocsp: string; readonly crl: string } {
    const id = this.#remember(issuer);
    return { ocsp: `${this.#base}/ocsp/${id}`, crl: `${this.#base}/crl/${id}.crl` };
  }

  /** Records what the responder and the CRL shall say of a certificate. */
  record(certificate: Minted, status: "good" | "revoked"): void {
    this.#known.set(renderHex(certificate.serial), status);
  }

  /** An HTTP server for all this; it is handed its connections and does not listen. */
  openServer(): Server {
    return createServer((request, response) => {
      void this.#answer(request, response);
    });
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const [, kind, name = "", rest = ""] = (request.url ?? "").split("/");
    const issuer = this.#issuers.get(name.replace(/\.\w+$/, ""));
    if (issuer === undefined) send(response, 404, "text/plain", Buffer.from("Nothing is published here.\n"));
    // RFC 5280 §4.2.2.1, §4.2.1.13: the media types of RFC 2585.
    else if (kind === "issuer") send(response, 200, "application/pkix-cert", issuer.der);
    else if (kind === "crl") send(response, 200, "application/pkix-crl", this.#crl(issuer));
    else {
      const asked = request.method === "POST" ? await readBody(request) : fromUrl(rest);
      send(response, 200, "application/ocsp-response", this.#ocsp(issuer, asked));
    }
  }

  #ocsp(issuer: Minted, asked: Uint8Array): Uint8Array {
    const serial = parseOcspRequest(asked);
    if (serial === undefined) return writeOcspError("malformedRequest");
    const known = this.#known.get(renderHex(serial));
    return writeOcspResponse({
      issuer,
      serial,
      status: statusOf(known, this.#at - hourMs),
      thisUpdateAt: this.#at - hourMs,
      nextUpdateAt: this.#at + 7 * dayMs,
    });
  }

  #crl(issuer: Minted): Uint8Array {
    const revoked = [...this.#known].filter(([, status]) => status === "revoked");
    return writeCrl(
      issuer,
      revoked.map(([serial]) => new Uint8Array(Buffer.from(serial, "hex"))),
      { at: this.#at - hourMs, nextUpdateAt: this.#at + 7 * dayMs },
    );
  }

  #remember(issuer: Minted): string {
    const id = renderHex(keyIdentifier(issuer.keys)).slice(0, 16);
    this.#issuers.set(id, issuer);
    return id;
  }
}

function statusOf(known: "good" | "revoked" | undefined, revokedAt: number): Status {
  if (known === "revoked") return { kind: "revoked", revokedAt };
  return { kind: known ?? "unknown" };
}

/** RFC 6960 Appendix A.1: the request in base64, percent-encoded, as the rest of the path. */
function fromUrl(path: string): Uint8Array {
  return Buffer.from(
    path.replaceAll(/%2f/gi, "/").replaceAll(/%2b/gi, "+").replaceAll(/%3d/gi, "="),
    "base64",
  );
}

async function readBody(request: IncomingMessage): Promise<Uint8Array> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > ocspRequestLimit.value) return new Uint8Array(0); // Malformed, as far as the responder cares.
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function send(response: ServerResponse, status: number, type: string, body: Uint8Array): void {
  response.writeHead(status, { "content-type": type, "content-length": body.length });
  response.end(body);
}
