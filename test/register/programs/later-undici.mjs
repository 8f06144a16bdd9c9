/**
 * Installs a client, takes it away, and asks over what stands where undici looks from undici 8 on, as an undici would that was
 * loaded in between. The real one does not run on every Node that is supported.
 */
const [meerkat, url] = process.argv.slice(2);
const { Client, installGlobally } = await import(meerkat);
const client = new Client();
installGlobally(client).uninstall();
await client.close();
const dispatcher = globalThis[Symbol.for("undici.globalDispatcher.2")];

const ask = (over, options, steer = () => {}) =>
  new Promise((resolve) => {
    const told = { events: [], body: "" };
    const tell = (event, controller) => {
      told.events.push(event);
      steer(event, controller);
    };
    over.dispatch(
      { origin: url, path: "/", method: "GET", ...options },
      {
        onRequestStart: (controller) => tell("start", controller),
        onResponseStart: (controller, status, headers) => {
          Object.assign(told, { twice: headers["x-twice"], raw: controller.rawHeaders.length });
          tell(`head ${status}`, controller);
        },
        onResponseData: (controller, chunk) => {
          told.body += chunk;
          tell("data", controller);
        },
        onResponseEnd: (controller) => (tell("end", controller), resolve(told)),
        onResponseError: (controller, error) => {
          tell(`error ${error.code ?? error.message}`, controller);
          resolve(told);
        },
      },
    );
  });

const say = (told) => console.log(JSON.stringify(told));
say(await ask(dispatcher, { method: "POST", body: "abc" }));
const pausing = (event, controller) => {
  if (!event.startsWith("head")) return;
  controller.pause();
  setImmediate(() => controller.resume());
};
say(await ask(dispatcher, {}, pausing));
say(
  await ask(
    dispatcher,
    {},
    (event, controller) => event === "head 200" && controller.abort(new Error("enough")),
  ),
);
const asPost = (dispatch) => (options, handler) => dispatch({ ...options, method: "POST" }, handler);
say(await ask(dispatcher.compose(asPost), {}));
await dispatcher.close();
