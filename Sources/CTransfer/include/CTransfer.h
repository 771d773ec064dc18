#ifndef CTransfer_h
#define CTransfer_h

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// libcurl, opened when a transfer asks for it. Its functions take a variable number of arguments, which Swift cannot
// call, and writing to a closed connection raises SIGPIPE: that is all that stands here. The numbers of options, values
// and errors are those of curl.h, which never change; no header of curl is needed.

/// Opens the library at the first call, from any thread; false where the machine has none.
bool transfer_load(void);

/// `libcurl/7.88.1 OpenSSL/3.0.15 …`; valid once the library is loaded, as is everything below.
const char *transfer_version(void);
/// What an error's number means, in curl's words.
const char *transfer_reason(int code);

/// Called with `size * count` bytes; another result than that ends the transfer.
typedef size_t (*transfer_receiver)(char *bytes, size_t size, size_t count, void *context);

void *transfer_easy_new(void);
void transfer_easy_free(void *easy);
int transfer_set_number(void *easy, int option, long value);
int transfer_set_size(void *easy, int option, int64_t value);
int transfer_set_pointer(void *easy, int option, const void *value);
int transfer_set_receiver(void *easy, int option, transfer_receiver value);
long transfer_number(void *easy, int information);
const char *transfer_text(void *easy, int information);

/// A list of texts with one more; NULL is the empty list.
void *transfer_list_append(void *list, const char *text);
void transfer_list_free(void *list);

// Several transfers at once, by one thread at a time, with the connections they leave open.
void *transfer_multi_new(void);
void transfer_multi_free(void *multi);
int transfer_multi_add(void *multi, void *easy);
int transfer_multi_remove(void *multi, void *easy);
int transfer_multi_perform(void *multi);
/// Waits until something happens, at most for some time.
int transfer_multi_wait(void *multi, int milliseconds);
/// The next transfer that has ended; NULL where there is none.
void *transfer_multi_finished(void *multi, int *result);

// SHA-256 and its HMAC, of OpenSSL's libcrypto, which libcurl comes with.

enum { TRANSFER_DIGEST_SIZE = 32 };

/// Opens the library at the first call, from any thread; false where the machine has none.
bool transfer_crypto_load(void);
/// Writes `TRANSFER_DIGEST_SIZE` bytes.
void transfer_sha256(const void *bytes, size_t count, uint8_t *digest);
void transfer_hmac_sha256(const void *key, size_t key_count, const void *bytes, size_t count, uint8_t *digest);

#endif
