#ifndef CTransfer_h
#define CTransfer_h

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// libcurl, loaded on demand. Two things need C: its functions are variadic, which Swift cannot call, and writing to a
// closed connection raises SIGPIPE. The numbers of options, values and errors are those of curl.h and part of its
// stable ABI, so curl's headers are not needed.

/// Loads the library at the first call, from any thread. Returns false if it is not installed.
bool transfer_load(void);

/// `libcurl/7.88.1 OpenSSL/3.0.15 …`. Call this and the functions below only after the library was loaded.
const char *transfer_version(void);
/// curl's description of an error number.
const char *transfer_reason(int code);

/// Receives `size * count` bytes. Returning any other number ends the transfer.
typedef size_t (*transfer_receiver)(char *bytes, size_t size, size_t count, void *context);

void *transfer_easy_new(void);
void transfer_easy_free(void *easy);
int transfer_set_number(void *easy, int option, long value);
int transfer_set_size(void *easy, int option, int64_t value);
int transfer_set_pointer(void *easy, int option, const void *value);
int transfer_set_receiver(void *easy, int option, transfer_receiver value);
long transfer_number(void *easy, int information);
const char *transfer_text(void *easy, int information);

/// Appends a text to a list. NULL is the empty list.
void *transfer_list_append(void *list, const char *text);
void transfer_list_free(void *list);

// A multi handle: several transfers at once over a pool of open connections. Only one thread at a time may use it.
void *transfer_multi_new(void);
void transfer_multi_free(void *multi);
int transfer_multi_add(void *multi, void *easy);
int transfer_multi_remove(void *multi, void *easy);
int transfer_multi_perform(void *multi);
/// Waits until something happens, or for the given time at most.
int transfer_multi_wait(void *multi, int milliseconds);
/// Returns the next transfer that has ended, or NULL.
void *transfer_multi_finished(void *multi, int *result);

// SHA-256 and HMAC-SHA-256 from OpenSSL's libcrypto, which libcurl usually brings along.

enum { TRANSFER_DIGEST_SIZE = 32 };

/// Loads the library at the first call, from any thread. Returns false if it is not installed.
bool transfer_crypto_load(void);
/// Writes `TRANSFER_DIGEST_SIZE` bytes.
void transfer_sha256(const void *bytes, size_t count, uint8_t *digest);
void transfer_hmac_sha256(const void *key, size_t key_count, const void *bytes, size_t count, uint8_t *digest);

#endif
