/** nginx: files by itself, the application through `proxy_pass`. */
import { nginxArgs } from "../../servers/nginx-command.ts";
import type { Recipe } from "./place.ts";

export const nginx: Recipe = {
  program: "nginx",
  reloadSignal: "SIGHUP",
  argsOf: ({ folder, port, chainFile, keyFile, backendPort, streams, lines, generation, isReloadable }) =>
    nginxArgs(
      { folder, hasWorkers: isReloadable },
      `
  default_type application/octet-stream;
  types { text/html html; }
  http2_max_concurrent_streams ${streams};
  keepalive_requests 100000;
  server {
    listen 127.0.0.1:${port} ssl http2;
    server_name localhost;
    ssl_certificate ${chainFile};
    ssl_certificate_key ${keyFile};
    root ${folder}/site;
    client_max_body_size 0;
    add_header x-client-port $remote_port always;
    add_header x-generation ${generation} always;
    ${lines}
    location = /empty { return 204; }
    location /app/ {
      proxy_pass http://127.0.0.1:${backendPort};
      proxy_http_version 1.1;
      proxy_request_buffering off;
      proxy_buffering off;
    }
  }`,
    ),
};
