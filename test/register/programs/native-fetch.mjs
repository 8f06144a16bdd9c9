// Node's own fetch, captured before anything is installed, and its WebSocket: both use the global dispatcher.
const [, , meerkat, good, bad, wss] = process.argv;
const native = fetch;
const { Client, installGlobally } = await import(meerkat);
// Its dispatcher is there already.
if (process.env.EARLY === "1") await native(good).catch(() => {});
const client = new Client();
const { uninstall } = installGlobally(client);
const text = await (await native(good, { method: "POST", body: new URLSearchParams("a=1") })).text();
const refused = await native(bad).catch(({ message, cause }) => [message, cause.code, cause.cause.code]);
const heard = typeof WebSocket === "undefined" ? "none" : await listen();
await client.close();
const closed = await native(good).catch(({ cause }) => cause.code);
uninstall();
const after = await native(bad).catch(({ cause }) => cause.code);
console.log(JSON.stringify({ text, refused, heard, closed, after }));

function listen() {
  const socket = new WebSocket(wss);
  return new Promise((resolve) => {
    socket.onmessage = ({ data }) => {
      resolve(data);
      socket.close();
    };
    socket.onerror = () => resolve("error");
  });
}
