/** One HTTPS request: what came back, and who vouched for the server. */
import { HttpsError, request } from "meerkat";

try {
  const response = await request("https://api.weather.gov/");
  console.error(`HTTP ${response.status}`);
  console.error(response.trust.headline());
  process.stdout.write(await response.bytes());
} catch (error) {
  if (!(error instanceof HttpsError)) throw error;
  console.error(`${error.code}: ${error.message}`);
  console.error(error.hint);
}
