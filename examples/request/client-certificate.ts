/** A site that wants a certificate from the client, and roots of one's own. */
import { readFileSync } from "node:fs";
import { HttpsError, request } from "meerkat";

try {
  const response = await request("https://devices.example/", {
    roots: "ca.pem",
    clientCertificate: { cert: readFileSync("client.pem"), key: readFileSync("client-key.pem") },
  });
  console.error(`HTTP ${response.status}`);
  console.error(response.trust.headline());
  process.stdout.write(await response.bytes());
} catch (error) {
  if (!(error instanceof HttpsError)) throw error;
  console.error(`${error.code}: ${error.message}`);
  console.error(error.hint);
}
