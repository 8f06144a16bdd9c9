/** A proxy that takes CONNECT to the loopback, and nothing else. */
import { createServer } from "node:http";
import { connect, type AddressInfo } from "node:net";

export async function startProxy(): Promise<string> {
  const proxy = createServer((_request, response) => response.writeHead(405).end());
  proxy.on("connect", (request, client, first) => {
    const port = Number(request.url?.split(":").at(-1));
    const server = connect({ host: "localhost", port, noDelay: true }, () => {
      client.write("HTTP/1.1 200 Connection established\r\n\r\n");
      server.write(first);
      client.pipe(server).pipe(client);
    });
    client.on("error", () => server.destroy());
    server.on("error", () => client.destroy());
  });
  await new Promise<void>((resolve) => proxy.listen(0, "127.0.0.1", resolve));
  return `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
}
