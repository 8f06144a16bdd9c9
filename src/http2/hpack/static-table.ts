/** The static table: RFC 7541 Appendix A. */
import { headerField, type HeaderField } from "./header-field.ts";

const entries = `
:authority
:method: GET
:method: POST
:path: /
:path: /index.html
:scheme: http
:scheme: https
:status: 200
:status: 204
:status: 206
:status: 304
:status: 400
:status: 404
:status: 500
accept-charset
accept-encoding: gzip, deflate
accept-language
accept-ranges
accept
access-control-allow-origin
age
allow
authorization
cache-control
content-disposition
content-encoding
content-language
content-length
content-location
content-range
content-type
cookie
date
etag
expect
expires
from
host
if-match
if-modified-since
if-none-match
if-range
if-unmodified-since
last-modified
link
location
max-forwards
proxy-authenticate
proxy-authorization
range
referer
refresh
retry-after
server
set-cookie
strict-transport-security
transfer-encoding
user-agent
vary
via
www-authenticate`;

/** The entries by their index, which begins at 1: what stands at 0 is the empty line above. */
export const staticTable: readonly HeaderField[] = entries.split("\n").map((line) => {
  const [, name = "", value = ""] = /^(:?[^:]*)(?:: (.*))?$/.exec(line) ?? [];
  return headerField(name, value, false);
});

/** The last index of the static table; the dynamic table's begin behind it (RFC 7541 §2.3.3). */
export const lastStaticIndex = 61;
