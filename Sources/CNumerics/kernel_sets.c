#include <stdatomic.h>

#include "kernel_set.h"

static _Atomic(const kernel_set *) current;

/// Fastest first.
static const kernel_set *const known[] = {
#if defined(__x86_64__)
  &kernels_avx512, &kernels_avx2,
#endif
  &kernels_generic,
};
enum { known_count = sizeof known / sizeof *known };

static bool can_run(const kernel_set *set) {
#if defined(__x86_64__)
  __builtin_cpu_init();
  if (set == &kernels_avx512)
    return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
           __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl") &&
           __builtin_cpu_supports("avx512cd");
#endif
  (void)set;
  return true;
}

static const kernel_set *named(const char *name) {
  for (int place = 0; place < known_count; place++)
    if (strcmp(known[place]->name, name) == 0 && can_run(known[place])) return known[place];
  return NULL;
}

static const char *asked_for(void) {
  const char *name = getenv("LECTERN_KERNELS");
  return name != NULL && *name != 0 ? name : NULL;
}

static const kernel_set *chosen_at_start(void) {
  const char *name = asked_for();
  const kernel_set *set = name ? named(name) : NULL;
  for (int place = 0; set == NULL; place++)
    if (can_run(known[place])) set = known[place];
  return set;
}

/// Without a lock: two threads that get here at the same time choose the same set.
static inline const kernel_set *in_use(void) {
  const kernel_set *set = atomic_load_explicit(&current, memory_order_relaxed);
  if (__builtin_expect(set == NULL, false)) {
    set = chosen_at_start();
    atomic_store_explicit(&current, set, memory_order_relaxed);
  }
  return set;
}

const char *kernel_set_name(void) { return in_use()->name; }

const char *kernel_set_available(int place) {
  for (int at = 0; at < known_count; at++)
    if (can_run(known[at]) && place-- == 0) return known[at]->name;
  return NULL;
}

bool kernel_set_use(const char *name) {
  const kernel_set *set = named(name);
  if (set) atomic_store_explicit(&current, set, memory_order_relaxed);
  return set != NULL;
}

const char *kernel_set_refused(void) {
  const char *name = asked_for();
  return name && !named(name) ? name : NULL;
}

#define DISPATCHED(type, name, parameters, arguments) \
  type name parameters { return in_use()->name arguments; }
EACH_KERNEL(DISPATCHED)
