/** Somebody in between who makes certificates: CAs by name, the three forms in which their chains are sent, and servers. */
import { createServer as createHttpServer } from "node:http";
import { connect, type Socket } from "node:net";
import { createSecureContext, type SecureContext } from "node:tls";
import { identityOf, nameOf, pemOf, type Minted, type Shape } from "../pki/index.ts";
import { mint, mintLeaf, mintRoot } from "../pki/today.ts";
import { openOrigin, type Origin } from "../client/origin.ts";

/** A root and the CA below it that makes the certificates. */
export interface Maker {
  readonly root: Minted;
  readonly issuing: Minted;
}

/** Both, as a file to give. */
export function fileOf({ root, issuing }: Maker): string {
  return pemOf(root, issuing);
}

export function openMaker(organization: string, rootName: string, issuingName: string): Maker {
  const root = mintRoot("", { subject: nameOf(organization, rootName) });
  const issuing = mint({ subject: nameOf(organization, issuingName), ca: true }, root);
  return { root, issuing };
}

export const product: Maker = openMaker("Zscaler Inc.", "Zscaler Root CA", "Zscaler Intermediate CA");
export const inspection: Maker = openMaker("Acme Corp", "Acme Root CA", "Acme TLS Inspection CA");
export const unremarkable: Maker = openMaker("Contoso", "Contoso Root CA 2", "Contoso Issuing CA 1");

/** How much of its chain a server sends. */
export type Form = "leaf" | "leaf and issuing CA" | "whole chain";

export function sentIn(form: Form, leaf: Minted, { root, issuing }: Maker): readonly Minted[] {
  const whole = [leaf, issuing, root];
  return whole.slice(0, { leaf: 1, "leaf and issuing CA": 2, "whole chain": 3 }[form]);
}

const http = createHttpServer((_request, response) => void response.end("hello\n"));
const serve = (socket: Socket): void => void http.emit("connection", socket);

/** A server that has one certificate, whatever it is asked for. */
export function openServer(host: string, form: Form, maker: Maker, shape: Shape = {}): Promise<Origin> {
  const leaf = mintLeaf(host, maker.issuing, shape);
  return openOrigin(serve, { tls: { ...identityOf(leaf), cert: pemOf(...sentIn(form, leaf, maker)) } });
}

/** Something that makes a certificate for whatever name it is asked for. */
export function openMintingServer(form: Form, maker: Maker): Promise<Origin> {
  return openOrigin(serve, {
    tls: { SNICallback: (name, done) => done(null, contextFor(name, form, maker)) },
  });
}

function contextFor(host: string, form: Form, maker: Maker): SecureContext {
  const leaf = mintLeaf(host, maker.issuing);
  return createSecureContext({ ...identityOf(leaf), cert: pemOf(...sentIn(form, leaf, maker)) });
}

/** A proxy that leads every CONNECT, or only those to `hosts`, to one server. */
export function openProxyTo({ port }: Pick<Origin, "port">, hosts?: readonly string[]): Promise<Origin> {
  const lead = (socket: Socket): void => {
    socket.once("data", (head: Buffer) => {
      const host = /^CONNECT ([^:]+):/.exec(head.toString("latin1"))?.[1] ?? "";
      if (hosts?.includes(host) === false)
        return void socket.end("HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n");
      const onward = connect(port, "127.0.0.1", () => {
        socket.write("HTTP/1.1 200 OK\r\n\r\n");
        socket.pipe(onward).pipe(socket);
      });
      onward.on("error", () => socket.destroy());
    });
  };
  return openOrigin(lead, { tls: false });
}
