/** A WebSocket by the ws package, over a connection of Meerkat's. */
import { Client, MeerkatAgent } from "meerkat";
import { WebSocket } from "ws";

const agent = new MeerkatAgent(new Client());
const socket = new WebSocket("wss://echo.example/", { agent });
socket.on("open", () => socket.send("hello"));
socket.on("message", (data: Buffer) => {
  process.stdout.write(data);
  socket.close();
});
socket.on("error", (error) => console.error(error.message));
