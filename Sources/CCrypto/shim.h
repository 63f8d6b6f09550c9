// SHA-256 by libcrypto, which uses the processor's own instructions for it.
#ifndef COORDINATOR_CCRYPTO_SHIM_H
#define COORDINATOR_CCRYPTO_SHIM_H

#if !__has_include(<openssl/evp.h>)
#error "OpenSSL's headers not found. Install them: apt-get install libssl-dev"
#endif

#include <openssl/evp.h>
#include <stddef.h>

// The hash of up to three pieces of bytes, one behind the other: one context for all of them. 1, or 0 where libcrypto
// has no memory or no SHA-256.
static inline int coordinator_sha256(const EVP_MD *kind, const void *first, size_t first_count, const void *second,
                                     size_t second_count, const void *third, size_t third_count,
                                     unsigned char hash[32]) {
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    if (context == NULL) return 0;
    int done = EVP_DigestInit_ex2(context, kind, NULL) && EVP_DigestUpdate(context, first, first_count) &&
               EVP_DigestUpdate(context, second, second_count) && EVP_DigestUpdate(context, third, third_count) &&
               EVP_DigestFinal_ex(context, hash, NULL);
    EVP_MD_CTX_free(context);
    return done;
}

#endif
