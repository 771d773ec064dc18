#include <stdlib.h>
#include <string.h>
#include <unistd.h>

// The program is built for x86-64-v3. An older CPU would kill it at the first unknown instruction, without a message.
// This constructor runs before everything else, checks the CPU and prints an error.
#if defined(__x86_64__)
__attribute__((constructor(101), target("no-sse3,no-popcnt,no-cx16,no-bmi,no-bmi2,no-lzcnt,no-movbe"))) static void
require_cpu(void) {
  __builtin_cpu_init();
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") && __builtin_cpu_supports("bmi") &&
      __builtin_cpu_supports("bmi2"))
    return;
  static const char sentence[] =
      "error: this CPU is too old for Lectern: it needs AVX2, FMA and BMI2 (Intel since 2013, AMD since 2015)\n";
  if (write(STDERR_FILENO, sentence, sizeof sentence - 1) < 0) _exit(2);
  _exit(1);
}
#endif
