// Asks a good and a bad server in each way that a program has, and prints what came: an ordinary program, without a word of
// Meerkat's in it.
exports.tell = async function tell(ways) {
  const [good, bad] = process.argv.slice(2);
  for (const [name, ask] of Object.entries(ways)) {
    const came = await ask(good).catch((error) => codesOf(error).join(" "));
    const refused = await ask(bad).catch((error) => codesOf(error));
    console.log(JSON.stringify({ name, came, refused }));
  }
};

function codesOf(error) {
  if (typeof error !== "object" || error === null) return [];
  return [error.code ?? error.name, ...codesOf(error.cause)];
}

exports.textOf = function textOf(request) {
  return new Promise((resolve, reject) => {
    request.on("error", reject).on("response", (response) => {
      let text = "";
      response.on("data", (chunk) => (text += chunk)).on("end", () => resolve(text));
    });
    request.end();
  });
};

exports.stripes = {
  method: "POST",
  headers: { "content-length": "0" },
  ciphers: "DEFAULT:!aNULL:!eNULL:!LOW:!EXPORT:!SSLv2:!MD5",
};
