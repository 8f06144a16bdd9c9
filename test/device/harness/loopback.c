/* Preloaded into a program under test: names under .localhost are at 127.0.0.1, as RFC 6761 §6.3 has it. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <netdb.h>
#include <string.h>

typedef int (*lookup)(const char *, const char *, const struct addrinfo *, struct addrinfo **);

int getaddrinfo(const char *host, const char *service, const struct addrinfo *hints, struct addrinfo **found) {
  static const char suffix[] = ".localhost";
  lookup next = (lookup) dlsym(RTLD_NEXT, "getaddrinfo");
  size_t length = host == NULL ? 0 : strlen(host);
  size_t tail = sizeof(suffix) - 1;
  if (length > tail && strcmp(host + length - tail, suffix) == 0) host = "127.0.0.1";
  return next(host, service, hints, found);
}
