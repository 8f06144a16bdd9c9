/* What a BearSSL trust anchor is copied from a certificate with: its name as it is decoded, and its key's numbers. */
struct name {
  unsigned char data[4096];
  size_t len;
};

static void append_name(void *ctx, const void *buf, size_t len) {
  struct name *name = ctx;
  if (name->len + len > sizeof(name->data)) harness_die("a name is too long");
  memcpy(name->data + name->len, buf, len);
  name->len += len;
}

static unsigned char *copy(const unsigned char *bytes, size_t len) {
  unsigned char *own = malloc(len);
  if (own == NULL) harness_die("no memory");
  memcpy(own, bytes, len);
  return own;
}
