// The handler may run on any thread at any time, so it takes no lock: guards are in blocks that are never freed, and
// every field that it reads is atomic.

#define _GNU_SOURCE
#include "CMappings.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

struct mapping_guard {
  atomic_bool is_taken;
  /// 0 if this slot is free.
  _Atomic uintptr_t base;
  _Atomic size_t length;
  atomic_bool was_cut;
};

enum { BLOCK_GUARDS = 256 };

struct guard_block {
  struct mapping_guard guards[BLOCK_GUARDS];
  _Atomic(struct guard_block *) next;
};

static struct guard_block first_block;
static uintptr_t page_size;
static struct sigaction previous_action;
static pthread_mutex_t action_lock = PTHREAD_MUTEX_INITIALIZER;

static struct mapping_guard *guard_of(uintptr_t address) {
  for (struct guard_block *block = &first_block; block; block = atomic_load(&block->next)) {
    for (int index = 0; index < BLOCK_GUARDS; index++) {
      struct mapping_guard *guard = &block->guards[index];
      uintptr_t base = atomic_load(&guard->base);
      if (base != 0 && address >= base && address - base < atomic_load(&guard->length)) return guard;
    }
  }
  return NULL;
}

static void on_lost_page(int signal, siginfo_t *information, void *context) {
  (void)context;
  int saved = errno;
  uintptr_t address = (uintptr_t)information->si_addr;
  struct mapping_guard *guard = information->si_code > 0 ? guard_of(address) : NULL;
  if (guard) {
    uintptr_t start = address & ~(page_size - 1);
    uintptr_t end = atomic_load(&guard->base) + atomic_load(&guard->length);
    void *zeros = mmap((void *)start, end - start, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
    if (zeros != MAP_FAILED) {
      atomic_store(&guard->was_cut, true);
      errno = saved;
      return;
    }
  }
  // Not a guarded page: restore the previous handler. A fault then repeats and reaches it; a sent signal is raised again.
  sigaction(signal, &previous_action, NULL);
  errno = saved;
  if (information->si_code <= 0) raise(signal);
}

void mapping_guard_renew(void) {
  struct sigaction present;
  if (sigaction(SIGBUS, NULL, &present) == 0 && (present.sa_flags & SA_SIGINFO) &&
      present.sa_sigaction == on_lost_page) {
    return;
  }
  pthread_mutex_lock(&action_lock);
  if (sigaction(SIGBUS, NULL, &present) == 0 &&
      !((present.sa_flags & SA_SIGINFO) && present.sa_sigaction == on_lost_page)) {
    page_size = (uintptr_t)sysconf(_SC_PAGESIZE);
    previous_action = present;
    struct sigaction action = {0};
    action.sa_sigaction = on_lost_page;
    action.sa_flags = SA_SIGINFO | SA_ONSTACK;
    sigemptyset(&action.sa_mask);
    sigaction(SIGBUS, &action, NULL);
  }
  pthread_mutex_unlock(&action_lock);
}

static struct mapping_guard *free_guard(struct guard_block *block) {
  for (int index = 0; index < BLOCK_GUARDS; index++) {
    bool expected = false;
    if (atomic_compare_exchange_strong(&block->guards[index].is_taken, &expected, true)) return &block->guards[index];
  }
  return NULL;
}

struct mapping_guard *mapping_guard_begin(const void *base, size_t length) {
  mapping_guard_renew();
  struct guard_block *block = &first_block;
  struct mapping_guard *guard;
  while (!(guard = free_guard(block))) {
    struct guard_block *next = atomic_load(&block->next);
    if (!next) {
      struct guard_block *fresh = calloc(1, sizeof *fresh);
      if (!fresh) return NULL;
      if (atomic_compare_exchange_strong(&block->next, &next, fresh)) next = fresh;
      else free(fresh);
    }
    block = next;
  }
  atomic_store(&guard->was_cut, false);
  // Include the rest of the last page: decoders read a little past the end of a file.
  atomic_store(&guard->length, (length + page_size - 1) & ~(page_size - 1));
  atomic_store(&guard->base, (uintptr_t)base);
  return guard;
}

void mapping_guard_end(struct mapping_guard *guard) {
  atomic_store(&guard->base, 0);
  atomic_store(&guard->is_taken, false);
}

bool mapping_was_cut(const struct mapping_guard *guard) {
  return atomic_load(&guard->was_cut);
}
