/*
 * What every harness shares: its arguments, the time it is to believe, a TCP connection to loopback, and the one line
 * of JSON it prints.
 *
 *   harness ADDRESS PORT NAME CA_FILE EPOCH_SECONDS [OPTION...]
 *
 * ADDRESS is dialled, NAME is the server name that is sent and compared, CA_FILE is DER certificates one after the
 * other. The exit status is 0 whenever the line was printed.
 */
#ifndef HARNESS_H
#define HARNESS_H

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

static time_t harness_now;

/* The libraries ask the C library for the time; what the executable defines is found first. */
time_t time(time_t *out) {
  if (out != NULL) *out = harness_now;
  return harness_now;
}

struct harness_args {
  const char *address;
  int port;
  const char *name;
  unsigned char *ca;
  size_t ca_len;
  int argc;
  char **argv;
};

static inline void harness_die(const char *why) {
  fprintf(stderr, "%s\n", why);
  exit(2);
}

static inline struct harness_args harness_read(int argc, char **argv) {
  if (argc < 6) harness_die("usage: harness ADDRESS PORT NAME CA_FILE EPOCH_SECONDS [OPTION...]");
  struct harness_args args = {argv[1], atoi(argv[2]), argv[3], NULL, 0, argc - 6, argv + 6};
  FILE *file = fopen(argv[4], "rb");
  if (file == NULL) harness_die("the CA file cannot be opened");
  fseek(file, 0, SEEK_END);
  long size = ftell(file);
  fseek(file, 0, SEEK_SET);
  args.ca = calloc(1, (size_t) size + 1);
  if (args.ca == NULL) harness_die("no memory");
  args.ca_len = fread(args.ca, 1, (size_t) size, file);
  fclose(file);
  harness_now = (time_t) atoll(argv[5]);
  return args;
}

static inline int harness_has(const struct harness_args *args, const char *option) {
  for (int i = 0; i < args->argc; i++)
    if (strcmp(args->argv[i], option) == 0) return 1;
  return 0;
}

static inline int harness_connect(const struct harness_args *args) {
  int fd = socket(AF_INET, SOCK_STREAM, 0);
  struct sockaddr_in to;
  struct timeval patience = {10, 0};
  memset(&to, 0, sizeof(to));
  to.sin_family = AF_INET;
  to.sin_port = htons((unsigned short) args->port);
  if (fd < 0 || inet_pton(AF_INET, args->address, &to.sin_addr) != 1) harness_die("bad address");
  setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
  setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof(patience));
  if (connect(fd, (struct sockaddr *) &to, sizeof(to)) != 0) harness_die("connection refused");
  return fd;
}

/* Length of the DER element that begins at p, or 0. */
static inline size_t harness_der_len(const unsigned char *p, size_t left) {
  if (left < 2 || p[0] != 0x30) return 0;
  size_t count = p[1] < 0x80 ? 0 : (size_t) (p[1] & 0x7f);
  size_t len = p[1] < 0x80 ? p[1] : 0;
  if (count > 3 || left < 2 + count) return 0;
  for (size_t i = 0; i < count; i++) len = len << 8 | p[2 + i];
  return 2 + count + len <= left ? 2 + count + len : 0;
}

static inline void harness_report(int accepts, const char *library) {
  printf("{\"accepts\":%s,\"library\":\"%s\"}\n", accepts ? "true" : "false", library);
  // Who reads it wants the line, whatever becomes of the next one.
  fflush(stdout);
}

#endif
