#define _GNU_SOURCE
#include "CTransfer.h"

#include <dlfcn.h>
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <time.h>

struct curl_message {
  int kind;
  void *easy;
  union {
    void *pointer;
    int result;
  } data;
};

enum { CURL_GLOBAL_ALL = 3, CURLMSG_DONE = 1 };

static struct {
  int (*global_init)(long);
  char *(*version)(void);
  const char *(*easy_strerror)(int);
  void *(*easy_init)(void);
  void (*easy_cleanup)(void *);
  int (*easy_setopt)(void *, int, ...);
  int (*easy_getinfo)(void *, int, ...);
  void *(*slist_append)(void *, const char *);
  void (*slist_free_all)(void *);
  void *(*multi_init)(void);
  int (*multi_cleanup)(void *);
  int (*multi_add_handle)(void *, void *);
  int (*multi_remove_handle)(void *, void *);
  int (*multi_perform)(void *, int *);
  int (*multi_poll)(void *, void *, unsigned, int, int *);
  struct curl_message *(*multi_info_read)(void *, int *);
} curl;

static pthread_once_t once = PTHREAD_ONCE_INIT;
static bool is_loaded;

static void load(void) {
  void *library = dlopen("libcurl.so.4", RTLD_NOW | RTLD_LOCAL);
  if (!library) library = dlopen("libcurl-gnutls.so.4", RTLD_NOW | RTLD_LOCAL);
  if (!library) return;
  bool is_whole = true;
#define FIND(name) is_whole &= (*(void **)&curl.name = dlsym(library, "curl_" #name)) != NULL
  FIND(global_init);
  FIND(version);
  FIND(easy_strerror);
  FIND(easy_init);
  FIND(easy_cleanup);
  FIND(easy_setopt);
  FIND(easy_getinfo);
  FIND(slist_append);
  FIND(slist_free_all);
  FIND(multi_init);
  FIND(multi_cleanup);
  FIND(multi_add_handle);
  FIND(multi_remove_handle);
  FIND(multi_perform);
  FIND(multi_poll);
  FIND(multi_info_read);
#undef FIND
  is_loaded = is_whole && curl.global_init(CURL_GLOBAL_ALL) == 0;
}

bool transfer_load(void) {
  pthread_once(&once, load);
  return is_loaded;
}

// Blocks SIGPIPE for this thread while curl writes, and removes the SIGPIPE that curl raised.
struct pipe_guard {
  sigset_t previous;
  bool was_pending;
};

static void guard_pipe(struct pipe_guard *guard) {
  sigset_t pipe, pending;
  sigemptyset(&pipe);
  sigaddset(&pipe, SIGPIPE);
  sigemptyset(&pending);
  sigpending(&pending);
  guard->was_pending = sigismember(&pending, SIGPIPE) == 1;
  pthread_sigmask(SIG_BLOCK, &pipe, &guard->previous);
}

static void release_pipe(struct pipe_guard *guard) {
  if (!guard->was_pending) {
    sigset_t pipe;
    sigemptyset(&pipe);
    sigaddset(&pipe, SIGPIPE);
    struct timespec none = {0};
    while (sigtimedwait(&pipe, NULL, &none) < 0 && errno == EINTR) {
    }
  }
  pthread_sigmask(SIG_SETMASK, &guard->previous, NULL);
}

const char *transfer_version(void) { return curl.version(); }
const char *transfer_reason(int code) { return curl.easy_strerror(code); }

void *transfer_easy_new(void) { return curl.easy_init(); }

void transfer_easy_free(void *easy) {
  struct pipe_guard guard;
  guard_pipe(&guard);
  curl.easy_cleanup(easy);
  release_pipe(&guard);
}

int transfer_set_number(void *easy, int option, long value) { return curl.easy_setopt(easy, option, value); }
int transfer_set_size(void *easy, int option, int64_t value) { return curl.easy_setopt(easy, option, value); }
int transfer_set_pointer(void *easy, int option, const void *value) { return curl.easy_setopt(easy, option, value); }
int transfer_set_receiver(void *easy, int option, transfer_receiver value) {
  return curl.easy_setopt(easy, option, value);
}

long transfer_number(void *easy, int information) {
  long value = 0;
  return curl.easy_getinfo(easy, information, &value) == 0 ? value : 0;
}

const char *transfer_text(void *easy, int information) {
  char *value = NULL;
  return curl.easy_getinfo(easy, information, &value) == 0 ? value : NULL;
}

void *transfer_list_append(void *list, const char *text) { return curl.slist_append(list, text); }
void transfer_list_free(void *list) { curl.slist_free_all(list); }

void *transfer_multi_new(void) { return curl.multi_init(); }

void transfer_multi_free(void *multi) {
  struct pipe_guard guard;
  guard_pipe(&guard);
  curl.multi_cleanup(multi);
  release_pipe(&guard);
}

int transfer_multi_add(void *multi, void *easy) { return curl.multi_add_handle(multi, easy); }

int transfer_multi_remove(void *multi, void *easy) {
  struct pipe_guard guard;
  guard_pipe(&guard);
  int code = curl.multi_remove_handle(multi, easy);
  release_pipe(&guard);
  return code;
}

int transfer_multi_perform(void *multi) {
  struct pipe_guard guard;
  guard_pipe(&guard);
  int running = 0;
  int code = curl.multi_perform(multi, &running);
  release_pipe(&guard);
  return code;
}

int transfer_multi_wait(void *multi, int milliseconds) {
  int count = 0;
  return curl.multi_poll(multi, NULL, 0, milliseconds, &count);
}

void *transfer_multi_finished(void *multi, int *result) {
  int left = 0;
  struct curl_message *message;
  while ((message = curl.multi_info_read(multi, &left))) {
    if (message->kind != CURLMSG_DONE) continue;
    *result = message->data.result;
    return message->easy;
  }
  return NULL;
}
