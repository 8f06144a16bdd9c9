/*
 * mbedTLS as it is built without MBEDTLS_HAVE_TIME_DATE, with -DNODATES: no moment is before or behind another. What the
 * executable defines is taken instead of the library's own.
 */
#ifndef NO_DATES_H
#define NO_DATES_H

#ifdef NODATES
#include <mbedtls/version.h>
#include <mbedtls/x509.h>

#if MBEDTLS_VERSION_MAJOR >= 3
int mbedtls_x509_time_cmp(const mbedtls_x509_time *a, const mbedtls_x509_time *b) {
  (void) a;
  (void) b;
  return 0;
}
#else
int mbedtls_x509_time_is_past(const mbedtls_x509_time *to) {
  (void) to;
  return 0;
}

int mbedtls_x509_time_is_future(const mbedtls_x509_time *from) {
  (void) from;
  return 0;
}
#endif
#endif

#endif
