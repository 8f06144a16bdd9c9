/* What the example uses of Zephyr 3.7 and later: kernel, logging, sockets, TLS credentials, HTTP client, declared. */
#ifndef ZEPHYR_KERNEL_H
#define ZEPHYR_KERNEL_H
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
/* Version 4.4, unless the compiler is told another. */
#ifndef KERNEL_VERSION_NUMBER
#define KERNEL_VERSION_NUMBER 0x40400
#endif
typedef int sec_tag_t;
typedef size_t socklen_t;
struct sockaddr { uint16_t sa_family; };
struct zsock_addrinfo {
  int ai_flags, ai_family, ai_socktype, ai_protocol;
  socklen_t ai_addrlen;
  struct sockaddr *ai_addr;
  struct zsock_addrinfo *ai_next;
};
enum { AF_INET = 1, SOCK_STREAM = 1, IPPROTO_TLS_1_2 = 258, SOL_TLS = 282, TLS_SEC_TAG_LIST = 1, TLS_HOSTNAME = 2 };
enum tls_credential_type {
  TLS_CREDENTIAL_NONE,
  TLS_CREDENTIAL_CA_CERTIFICATE,
#if KERNEL_VERSION_NUMBER >= 0x40100
  TLS_CREDENTIAL_PUBLIC_CERTIFICATE,
#else
  TLS_CREDENTIAL_SERVER_CERTIFICATE,
#endif
  TLS_CREDENTIAL_PRIVATE_KEY
};
int tls_credential_add(sec_tag_t tag, enum tls_credential_type type, const void *cred, size_t credlen);
int zsock_socket(int family, int type, int proto);
int zsock_setsockopt(int sock, int level, int optname, const void *optval, socklen_t optlen);
int zsock_connect(int sock, const struct sockaddr *addr, socklen_t addrlen);
int zsock_close(int sock);
int zsock_getaddrinfo(const char *host, const char *service, const struct zsock_addrinfo *hints, struct zsock_addrinfo **res);
void zsock_freeaddrinfo(struct zsock_addrinfo *ai);
enum http_method { HTTP_DELETE, HTTP_GET };
enum http_final_call { HTTP_DATA_MORE, HTTP_DATA_FINAL };
struct http_response {
  uint8_t *body_frag_start;
  size_t body_frag_len;
  uint16_t http_status_code;
  uint8_t message_complete : 1;
};
#if KERNEL_VERSION_NUMBER >= 0x40200
typedef int http_response_result;
#else
typedef void http_response_result;
#endif
typedef http_response_result (*http_response_cb_t)(struct http_response *rsp, enum http_final_call final_data,
                                                   void *user_data);
struct http_request {
  enum http_method method;
  const char *url, *host, *protocol;
  const char **header_fields;
  http_response_cb_t response;
  uint8_t *recv_buf;
  size_t recv_buf_len;
};
int http_client_req(int sock, struct http_request *req, int32_t timeout, void *user_data);
#define LOG_LEVEL_INF 3
#define LOG_MODULE_REGISTER(name, level) static const int log_level_of_##name __attribute__((unused)) = level
#define LOG_ERR(...) (void) printf(__VA_ARGS__)
#define LOG_INF(...) (void) printf(__VA_ARGS__)
#endif
