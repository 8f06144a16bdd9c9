/** JSON sent by POST. */
import { HttpsError, request } from "meerkat";

try {
  const response = await request("https://echo.example/", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ temperature: 21.5 }),
  });
  console.error(`HTTP ${response.status}`);
  console.error(response.trust.headline());
  process.stdout.write(await response.bytes());
} catch (error) {
  if (!(error instanceof HttpsError)) throw error;
  console.error(`${error.code}: ${error.message}`);
  console.error(error.hint);
}
