/**
 * What each device sends of a client certificate's file: all of it, or the first certificate alone. A server that knows the
 * root and no intermediate can follow only a chain that is sent (RFC 8446 §4.4.2, RFC 5246 §7.4.2). And what else the
 * platform proves itself with, which neither the examples nor the commands cover.
 */
import type { IdentityClient } from "../../trust/index.ts";
import type { DeviceName, DeviceProfile } from "../profile.ts";

/** How a device's interface reads the file, and where that is written. */
export interface ClientCertificateFacts {
  readonly sends: IdentityClient["sends"];
  /** A full sentence. */
  readonly says: string;
  readonly source: string;
  /** Keys in chips and pre-shared keys, by the platform's own names for them; `undefined` where none is known. */
  readonly besides: string | undefined;
}

const all = { kind: "all" } as const;
const first = { kind: "first" } as const;
const whole = "It sends every certificate of the file.";

const espTls: ClientCertificateFacts = {
  sends: all,
  says: `${whole} In DER it is the first alone.`,
  source:
    "espressif/esp-idf 5.x, components/esp-tls/esp_tls_mbedtls.c (set_pki_context: mbedtls_x509_crt_parse)",
  besides:
    "an ATECC608A (use_secure_element), the DS peripheral (ds_data) and, in esp_tls alone, a pre-shared key (psk_hint_key)",
};

const espTls6: ClientCertificateFacts = {
  ...espTls,
  source: espTls.source.replace("5.x", "6.x"),
  besides:
    "a secure element such as the ATECC608, the DS peripheral and, in esp_tls alone, a pre-shared key (PSK)",
};

const zephyr: ClientCertificateFacts = {
  sends: first,
  says: "A credential in DER is one certificate, and one of its kind has a tag: no chain is sent. PEM, with CONFIG_MBEDTLS_PEM_CERTIFICATE_FORMAT, holds the chain.",
  source:
    "zephyrproject-rtos/zephyr, subsys/net/lib/sockets/sockets_tls.c (tls_add_own_cert: mbedtls_x509_crt_parse)",
  besides: "a pre-shared key (TLS_CREDENTIAL_PSK and TLS_CREDENTIAL_PSK_ID)",
};

const olderMongoose = { kind: "newer", older: "a Mongoose that is older than 7.23 likely" } as const;
const mongoose7 = (place: string): ClientCertificateFacts => ({
  sends: olderMongoose,
  says: "Mongoose 7.23 sends every certificate of the file; older releases likely send the first alone.",
  source: `cesanta/mongoose 7.23, ${place}; earlier sources of src/ read one certificate`,
  besides: undefined,
});

export const clientCertificates: Readonly<Record<DeviceName, ClientCertificateFacts>> = {
  "mongoose-os": {
    sends: all,
    says: whole,
    source: "cesanta/mongoose 6.18, mongoose.c (mg_use_cert: mbedtls_x509_crt_parse_file)",
    besides:
      'an ATECC508A or ATECC608A (ssl_key "ATCA:SLOT") and a pre-shared key (ssl_psk_identity, ssl_psk_key)',
  },
  "mongoose-7-openssl": mongoose7("src/tls_openssl.c (load_cert: SSL_add1_chain_cert)"),
  "mongoose-7-mbedtls": {
    sends: all,
    says: whole,
    source: "cesanta/mongoose 7.23, src/tls_mbed.c (mg_load_cert: mbedtls_x509_crt_parse)",
    besides: undefined,
  },
  "mongoose-7-builtin": mongoose7("src/tls_builtin.c (mg_parse_pem_certs, mg_tls_send_cert)"),
  "esp-idf": espTls,
  "esp-idf-bundle": espTls,
  "esp-idf-6": espTls6,
  "esp-idf-6-bundle": espTls6,
  "arduino-esp32": {
    sends: all,
    says: whole,
    source: "espressif/arduino-esp32, NetworkClientSecure/src/ssl_client.cpp (mbedtls_x509_crt_parse)",
    besides: "a pre-shared key (setPreSharedKey)",
  },
  "arduino-esp8266": {
    sends: all,
    says: whole,
    source:
      "esp8266/Arduino, BearSSL::X509List and WiFiClientSecure.setClientECCert, which hand BearSSL the whole list",
    besides: undefined,
  },
  micropython: {
    sends: first,
    says: "DER, which every port takes, is one certificate: no chain is sent. PEM, where the port's mbedTLS has a parser of it (ESP32, and rp2 in newer sources), holds the chain.",
    source:
      "micropython/micropython, extmod/modtls_mbedtls.c (ssl_context_load_key: mbedtls_x509_crt_parse), mbedtls_config_common.h and ports/esp32/boards/sdkconfig.base",
    besides: undefined,
  },
  zephyr,
  "zephyr-4.4": zephyr,
  moddable: {
    sends: all,
    says: "It sends the list clientCertificates, each certificate of which is DER.",
    source: "Moddable-OpenSource/moddable, modules/crypt/ssl/ssl_cert.js (findPreferredCert)",
    besides: undefined,
  },
  node: {
    sends: all,
    says: whole,
    source: "nodejs.org, tls.createSecureContext, the option cert",
    besides: "a pre-shared key (pskCallback) and keys that an OpenSSL engine keeps (privateKeyEngine)",
  },
  openssl: {
    sends: all,
    says: whole,
    source: "openssl.org, SSL_CTX_use_certificate_chain_file(3)",
    besides:
      "a pre-shared key (SSL_CTX_set_psk_client_callback) and keys that a provider keeps (PKCS #11, a TPM)",
  },
  python: {
    sends: all,
    says: whole,
    source: "docs.python.org, ssl.SSLContext.load_cert_chain",
    besides: "a pre-shared key (set_psk_client_callback, from 3.13 on)",
  },
};

/** The device as the judge of client certificates knows it. */
export function identityClientOf({ name, title, hello }: DeviceProfile): IdentityClient {
  const { signatureAlgorithms, groups } = hello;
  return { title, signatureAlgorithms, groups, sends: clientCertificates[name].sends };
}
