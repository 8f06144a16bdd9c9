/**
 * `node --import meerkat/register app.js`: the whole program through a client with every default. It reads what every client
 * reads of the environment, and nothing else; a program that wants more imports a file of its own that calls
 * `installGlobally`.
 */
import { Client, installGlobally } from "./index.ts";

installGlobally(new Client());
