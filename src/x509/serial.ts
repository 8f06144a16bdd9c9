/** Serial numbers as text: RFC 5280 §4.1.2.2. */
import { renderHex } from "../core/index.ts";

/** Lower-case hexadecimal in whole bytes, without a byte that only carries the sign; `-` before a negative one. */
export function renderSerial(content: Uint8Array): string {
  const first = content[0] ?? 0;
  if (first < 0x80) return renderHex(first === 0 && content.length > 1 ? content.subarray(1) : content);
  const magnitude = Uint8Array.from(content, (byte) => ~byte & 0xff);
  for (let i = magnitude.length - 1; i >= 0; i--) {
    const sum = (magnitude[i] ?? 0) + 1;
    magnitude[i] = sum & 0xff;
    if (sum <= 0xff) break;
  }
  return `-${renderHex(magnitude).replace(/^(00)+(?=..)/, "")}`;
}
