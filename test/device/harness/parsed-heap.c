/*
 * parsed-heap FILE: how many bytes of heap mbedTLS keeps for each parsed CA certificate of a list.
 *
 * FILE holds DER certificates, one after the other. For each a line: its length, then the bytes that were asked for while
 * it was parsed as a further one of the list, and not given back: the list's node, the copy of the DER, the names, the key.
 * What an allocator adds for its own keeping is not counted.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <mbedtls/x509_crt.h>

extern void *__libc_malloc(size_t size);
extern void __libc_free(void *block);

static size_t live;
enum { HEAD = 16 }; /* In front of each block, for its size: as much as any alignment wants. */

void *malloc(size_t size) {
  unsigned char *block = __libc_malloc(size + HEAD);
  if (block == NULL) return NULL;
  memcpy(block, &size, sizeof size);
  live += size;
  return block + HEAD;
}

void free(void *given) {
  if (given == NULL) return;
  unsigned char *block = (unsigned char *) given - HEAD;
  size_t size;
  memcpy(&size, block, sizeof size);
  live -= size;
  __libc_free(block);
}

void *calloc(size_t count, size_t size) {
  if (size != 0 && count > SIZE_MAX / size) return NULL;
  void *block = malloc(count * size);
  if (block != NULL) memset(block, 0, count * size);
  return block;
}

void *realloc(void *given, size_t size) {
  void *block = malloc(size);
  if (block == NULL || given == NULL) return block;
  size_t old;
  memcpy(&old, (unsigned char *) given - HEAD, sizeof old);
  memcpy(block, given, old < size ? old : size);
  free(given);
  return block;
}

int main(int argc, char **argv) {
  static unsigned char bytes[4 * 1024 * 1024];
  FILE *file = argc == 2 ? fopen(argv[1], "rb") : NULL;
  if (file == NULL) return 2;
  size_t length = fread(bytes, 1, sizeof bytes, file);
  fclose(file);
  for (size_t at = 0; at + 4 <= length;) {
    size_t der = 4 + ((size_t) bytes[at + 2] << 8) + bytes[at + 3]; /* 30 82 hh ll: every CA certificate is that long. */
    mbedtls_x509_crt list;
    mbedtls_x509_crt_init(&list);
    int failed = mbedtls_x509_crt_parse_der(&list, bytes + at, der);
    size_t before = live;
    failed |= mbedtls_x509_crt_parse_der(&list, bytes + at, der);
    if (failed) printf("%zu failed\n", der);
    else printf("%zu %zu\n", der, live - before);
    mbedtls_x509_crt_free(&list);
    at += der;
  }
  return 0;
}
