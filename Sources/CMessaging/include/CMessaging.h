#ifndef CMessaging_h
#define CMessaging_h

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// ZeroMQ, opened when a kernel starts. The numbers of sockets, options and flags are those of zmq.h, which never change;
// no header of ZeroMQ is needed.

enum {
  MESSAGING_REP = 4,
  MESSAGING_ROUTER = 6,
  MESSAGING_PUB = 1,
  /// Of `messaging_poll`: something can be read.
  MESSAGING_READABLE = 1,
};

/// Opens the library at the first call, from any thread; false where the machine has none. All below needs it.
bool messaging_load(void);

/// A context, in which sockets live; NULL where the system has no more files.
void *messaging_context_new(void);
/// Waits until the messages of all closed sockets are sent, at most as long as each socket lingers.
void messaging_context_free(void *context);

/// A socket that lingers a second when it is closed, keeps any number of messages for those who read slowly, takes
/// messages of at most `largest` bytes, and, if it is a router, lets a client that comes back have its name again. NULL
/// where it cannot be made.
///
/// A socket is used by one thread at a time.
void *messaging_socket_new(void *context, int kind, int64_t largest);
void messaging_socket_free(void *socket);
/// 0, or an error's number.
int messaging_bind(void *socket, const char *address);
/// What an error's number means.
const char *messaging_reason(int number);

/// Something that is waited for: a socket, or where that is NULL a file.
struct messaging_poll {
  void *socket;
  int file;
  short events;
  short found;
};

/// Waits until something can be read, at most for some time; how many can, or -1 where a signal came in between.
int messaging_poll(struct messaging_poll *items, int count, long milliseconds);

/// A part of a message, while it is read.
struct messaging_part {
  _Alignas(8) uint8_t storage[64];
};

/// Takes a part that has arrived, without waiting; false where there is none. It is freed by `messaging_part_free`.
bool messaging_receive(void *socket, struct messaging_part *part);
const void *messaging_part_bytes(struct messaging_part *part);
size_t messaging_part_size(struct messaging_part *part);
/// Whether another part of the same message follows.
bool messaging_part_has_more(struct messaging_part *part);
void messaging_part_free(struct messaging_part *part);

/// Sends a part without waiting, and says whether more of its message follow; false where it cannot be sent, as to
/// somebody who has left.
bool messaging_send(void *socket, const void *bytes, size_t size, bool has_more);

#endif
