#define _GNU_SOURCE
#include "CTransfer.h"

#include <dlfcn.h>
#include <pthread.h>

static struct {
  uint8_t *(*SHA256)(const uint8_t *, size_t, uint8_t *);
  const void *(*EVP_sha256)(void);
  uint8_t *(*HMAC)(const void *, const void *, int, const uint8_t *, size_t, uint8_t *, unsigned *);
} crypto;

static pthread_once_t once = PTHREAD_ONCE_INIT;
static bool is_loaded;

static void load(void) {
  void *library = dlopen("libcrypto.so.3", RTLD_NOW | RTLD_LOCAL);
  if (!library) library = dlopen("libcrypto.so.1.1", RTLD_NOW | RTLD_LOCAL);
  if (!library) return;
  bool is_whole = true;
#define FIND(name) is_whole &= (*(void **)&crypto.name = dlsym(library, #name)) != NULL
  FIND(SHA256);
  FIND(EVP_sha256);
  FIND(HMAC);
#undef FIND
  is_loaded = is_whole;
}

bool transfer_crypto_load(void) {
  pthread_once(&once, load);
  return is_loaded;
}

void transfer_sha256(const void *bytes, size_t count, uint8_t *digest) { crypto.SHA256(bytes, count, digest); }

void transfer_hmac_sha256(const void *key, size_t key_count, const void *bytes, size_t count, uint8_t *digest) {
  unsigned size = TRANSFER_DIGEST_SIZE;
  crypto.HMAC(crypto.EVP_sha256(), key, (int)key_count, bytes, count, digest, &size);
}
