/* What the sketches use of Arduino's cores for ESP32 (3.x) and ESP8266, declared. */
#ifndef ARDUINO_H
#define ARDUINO_H
#include <stddef.h>
#include <stdint.h>
#include <time.h>
void delay(unsigned long ms);
unsigned long millis();
void configTime(int timezone, int daylight, const char *a, const char *b = nullptr);
class String {
 public:
  const char *c_str() const;
};
class SerialPort {
 public:
  void begin(unsigned long baud);
  void println(const char *text);
  int printf(const char *format, ...) __attribute__((format(printf, 2, 3)));
};
extern SerialPort Serial;
enum { WL_CONNECTED = 3 };
class WiFiClass {
 public:
  void begin(const char *name, const char *password);
  int status();
};
extern WiFiClass WiFi;
class Client {
 public:
  int connect(const char *host, uint16_t port);
  void stop();
  int available();
  size_t readBytes(uint8_t *buffer, size_t length);
};
class NetworkClientSecure : public Client {
 public:
  void setCACert(const char *pem);
  void setCertificate(const char *pem);
  void setPrivateKey(const char *pem);
  void setHandshakeTimeout(unsigned long seconds);
  int lastError(char *buffer, const size_t size);
};
enum { BR_KEYTYPE_RSA = 1, BR_KEYTYPE_EC = 2, BR_KEYTYPE_KEYX = 0x10, BR_KEYTYPE_SIGN = 0x20 };
namespace BearSSL {
class X509List {
 public:
  explicit X509List(const char *pem);
};
class PrivateKey {
 public:
  explicit PrivateKey(const char *pem);
};
class WiFiClientSecure : public Client {
 public:
  void setClientRSACert(const X509List *cert, const PrivateKey *sk);
  void setClientECCert(const X509List *cert, const PrivateKey *sk, unsigned allowed_usages,
                       unsigned cert_issuer_key_type);
  void setTrustAnchors(const X509List *anchors);
  int getLastSSLError(char *buffer = nullptr, size_t size = 0);
};
}  // namespace BearSSL
class HTTPClient {
 public:
  bool begin(Client &client, const char *url);
  void setUserAgent(const char *agent);
  void setTimeout(uint16_t ms);
  void useHTTP10(bool use);
  int GET();
  int getSize();
  bool connected();
  Client *getStreamPtr();
  void end();
  static String errorToString(int code);
};
void setup();
void loop();
#endif
