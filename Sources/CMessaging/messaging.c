#define _GNU_SOURCE
#include "CMessaging.h"

#include <dlfcn.h>
#include <pthread.h>

enum {
  ZMQ_LINGER = 17,
  ZMQ_MAXMSGSIZE = 22,
  ZMQ_SNDHWM = 23,
  ZMQ_RCVHWM = 24,
  ZMQ_ROUTER_HANDOVER = 56,
  ZMQ_DONTWAIT = 1,
  ZMQ_SNDMORE = 2,
};

static struct {
  void *(*ctx_new)(void);
  int (*ctx_term)(void *);
  void *(*socket)(void *, int);
  int (*close)(void *);
  int (*setsockopt)(void *, int, const void *, size_t);
  int (*bind)(void *, const char *);
  // `zmq_errno` is `errno` of the C library that ZeroMQ was built with.
  int (*errno_)(void);
  const char *(*strerror)(int);
  int (*poll)(struct messaging_poll *, int, long);
  int (*msg_init)(struct messaging_part *);
  int (*msg_recv)(struct messaging_part *, void *, int);
  void *(*msg_data)(struct messaging_part *);
  size_t (*msg_size)(const struct messaging_part *);
  int (*msg_more)(const struct messaging_part *);
  int (*msg_close)(struct messaging_part *);
  int (*send)(void *, const void *, size_t, int);
} zmq;

static pthread_once_t once = PTHREAD_ONCE_INIT;
static bool is_loaded;

static void load(void) {
  void *library = dlopen("libzmq.so.5", RTLD_NOW | RTLD_LOCAL);
  if (!library) return;
  bool is_whole = true;
#define FIND(member, name) is_whole &= (*(void **)&zmq.member = dlsym(library, "zmq_" name)) != NULL
  FIND(ctx_new, "ctx_new");
  FIND(ctx_term, "ctx_term");
  FIND(socket, "socket");
  FIND(close, "close");
  FIND(setsockopt, "setsockopt");
  FIND(bind, "bind");
  FIND(errno_, "errno");
  FIND(strerror, "strerror");
  FIND(poll, "poll");
  FIND(msg_init, "msg_init");
  FIND(msg_recv, "msg_recv");
  FIND(msg_data, "msg_data");
  FIND(msg_size, "msg_size");
  FIND(msg_more, "msg_more");
  FIND(msg_close, "msg_close");
  FIND(send, "send");
#undef FIND
  is_loaded = is_whole;
}

bool messaging_load(void) {
  pthread_once(&once, load);
  return is_loaded;
}

void *messaging_context_new(void) { return zmq.ctx_new(); }
void messaging_context_free(void *context) { zmq.ctx_term(context); }

void *messaging_socket_new(void *context, int kind, int64_t largest) {
  void *socket = zmq.socket(context, kind);
  if (!socket) return NULL;
  int linger = 1000, unlimited = 0, yes = 1;
  bool is_set = zmq.setsockopt(socket, ZMQ_LINGER, &linger, sizeof linger) == 0;
  is_set &= zmq.setsockopt(socket, ZMQ_SNDHWM, &unlimited, sizeof unlimited) == 0;
  is_set &= zmq.setsockopt(socket, ZMQ_RCVHWM, &unlimited, sizeof unlimited) == 0;
  is_set &= zmq.setsockopt(socket, ZMQ_MAXMSGSIZE, &largest, sizeof largest) == 0;
  if (kind == MESSAGING_ROUTER) is_set &= zmq.setsockopt(socket, ZMQ_ROUTER_HANDOVER, &yes, sizeof yes) == 0;
  if (is_set) return socket;
  zmq.close(socket);
  return NULL;
}

void messaging_socket_free(void *socket) { zmq.close(socket); }

int messaging_bind(void *socket, const char *address) { return zmq.bind(socket, address) == 0 ? 0 : zmq.errno_(); }
const char *messaging_reason(int number) { return zmq.strerror(number); }

int messaging_poll(struct messaging_poll *items, int count, long milliseconds) {
  return zmq.poll(items, count, milliseconds);
}

bool messaging_receive(void *socket, struct messaging_part *part) {
  zmq.msg_init(part);
  if (zmq.msg_recv(part, socket, ZMQ_DONTWAIT) >= 0) return true;
  zmq.msg_close(part);
  return false;
}

const void *messaging_part_bytes(struct messaging_part *part) { return zmq.msg_data(part); }
size_t messaging_part_size(struct messaging_part *part) { return zmq.msg_size(part); }
bool messaging_part_has_more(struct messaging_part *part) { return zmq.msg_more(part) == 1; }
void messaging_part_free(struct messaging_part *part) { zmq.msg_close(part); }

bool messaging_send(void *socket, const void *bytes, size_t size, bool has_more) {
  return zmq.send(socket, bytes, size, ZMQ_DONTWAIT | (has_more ? ZMQ_SNDMORE : 0)) >= 0;
}
