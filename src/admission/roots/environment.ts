/** The variables of the environment that a root store may depend on. */
export interface RootsEnvironment {
  readonly NODE_EXTRA_CA_CERTS?: string | undefined;
  readonly NODE_OPTIONS?: string | undefined;
  readonly NODE_USE_SYSTEM_CA?: string | undefined;
  readonly DENO_TLS_CA_STORE?: string | undefined;
  readonly SSL_CERT_FILE?: string | undefined;
  readonly SSL_CERT_DIR?: string | undefined;
}
