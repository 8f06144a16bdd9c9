/** Apache with mod_http2: files by itself, the application through mod_proxy. */
import { apacheArgs } from "../../servers/apache-command.ts";
import type { Recipe } from "./place.ts";

const modules = [
  "authz_core",
  "dir",
  "alias",
  "mime",
  "headers",
  "setenvif",
  "socache_shmcb",
  "ssl",
  "http2",
  "proxy",
  "proxy_http",
];

export const apache: Recipe = {
  program: "apache2",
  reloadSignal: "SIGUSR1",
  argsOf: ({ folder, port, chainFile, keyFile, backendPort, streams, lines, generation, isReloadable }) =>
    apacheArgs(
      { folder, port, modules, hasChildren: isReloadable },
      `
ServerLimit 2
StartServers 1
ThreadLimit 160
ThreadsPerChild 160
MaxRequestWorkers 320
MinSpareThreads 1
MaxSpareThreads 320
Protocols h2 http/1.1
H2MaxSessionStreams ${streams}
H2MinWorkers 160
H2MaxWorkers 160
H2EarlyHints on
SSLEngine on
SSLSessionCache shmcb:${folder}/sessions
SSLCertificateFile ${chainFile}
SSLCertificateKeyFile ${keyFile}
AddType text/html .html
DocumentRoot ${folder}/site
DirectoryIndex index.html
<Directory ${folder}/site>
  Require all granted
</Directory>
RedirectMatch 204 ^/empty$
ProxyPass /app/ http://127.0.0.1:${backendPort}/app/ enablereuse=off
Header always set x-client-port "expr=%{REMOTE_PORT}"
Header always set x-generation ${generation}
${lines}
`,
    ),
};
