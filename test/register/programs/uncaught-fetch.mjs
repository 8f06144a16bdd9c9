// Nobody catches what this fetch fails with.
await fetch(process.argv[2]);
