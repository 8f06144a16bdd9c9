// Nobody listens for what this request fails with.
require("node:https").get(process.argv[2]);
