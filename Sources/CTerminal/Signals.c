// Every handler does one of two things. It writes a byte to a pipe that the waiting thread polls, or it restores the
// terminal and lets the signal have its default effect. Both are async-signal-safe.

#define _GNU_SOURCE
#include "CTerminal.h"

#include <errno.h>
#include <fcntl.h>
#include <langinfo.h>
#include <locale.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>
#include <wchar.h>

static int event_pipe[2] = {-1, -1};
static int work_pipe[2] = {-1, -1};
static volatile sig_atomic_t is_working = 0;
static volatile sig_atomic_t holder = TERMINAL_FREE;

static int terminal_descriptor = -1;
static bool has_saved_modes = false;
static struct termios saved_modes;
static struct sigaction previous_actions[NSIG];

// MARK: Locale and characters

bool terminal_use_utf8_locale(void) {
  if (setlocale(LC_ALL, "") && strcmp(nl_langinfo(CODESET), "UTF-8") == 0) return true;
  if (!setlocale(LC_CTYPE, "C.UTF-8")) setlocale(LC_CTYPE, "C.utf8");
  // readline reads the environment again and would undo the change.
  setenv("LC_ALL", "C.UTF-8", 1);
  return false;
}

int terminal_character_width(uint32_t scalar) {
  return wcwidth((wchar_t)scalar);
}

// MARK: The terminal's own state

bool terminal_size(int descriptor, int *rows, int *columns) {
  struct winsize size;
  if (ioctl(descriptor, TIOCGWINSZ, &size) != 0 || size.ws_row == 0 || size.ws_col == 0) return false;
  *rows = size.ws_row;
  *columns = size.ws_col;
  return true;
}

static void send_text(const char *text) {
  size_t length = strlen(text);
  while (length > 0) {
    ssize_t sent = write(terminal_descriptor, text, length);
    if (sent <= 0) return;
    text += sent;
    length -= (size_t)sent;
  }
}

void terminal_restore(void) {
  if (terminal_descriptor < 0) return;
  int saved_error = errno;
  // Resets colour, cursor and bracketed paste; after the full screen also mouse, keypad mode and the alternate
  // screen.
  if (holder == TERMINAL_SCREEN) send_text("\033[?1000l\033[?1006l\033[?1049l\033[?1l\033>");
  if (holder != TERMINAL_FREE) send_text("\033[0m\033[?25h\033[?2004l\r");
  // A background process that sets the terminal's modes would be stopped.
  if (has_saved_modes && tcgetpgrp(terminal_descriptor) == getpgrp())
    tcsetattr(terminal_descriptor, TCSANOW, &saved_modes);
  holder = TERMINAL_FREE;
  errno = saved_error;
}

// MARK: Handlers

static void send_event(int pipe_end, enum terminal_event event) {
  int saved_error = errno;
  unsigned char byte = (unsigned char)event;
  // If the pipe is full, nobody reads it, and one more event would add nothing.
  ssize_t ignored = write(pipe_end, &byte, 1);
  (void)ignored;
  errno = saved_error;
}

static void on_event(int signal) {
  switch (signal) {
  case SIGINT:
    if (is_working)
      send_event(work_pipe[1], TERMINAL_INTERRUPT);
    else
      send_event(event_pipe[1], TERMINAL_INTERRUPT);
    break;
  case SIGWINCH: send_event(event_pipe[1], TERMINAL_RESIZE); break;
  case SIGTSTP: send_event(event_pipe[1], TERMINAL_STOP); break;
  case SIGCONT: send_event(event_pipe[1], TERMINAL_CONTINUE); break;
  }
}

static void on_death(int signal, siginfo_t *information, void *context) {
  (void)context;
  terminal_restore();
  sigaction(signal, &previous_actions[signal], NULL);
  // A real fault repeats with its instruction, and then reaches the previous handler. A fault signal sent by a
  // process does not repeat, and that handler would report it and go on; so it gets the default action.
  bool is_fault = signal == SIGSEGV || signal == SIGBUS || signal == SIGILL || signal == SIGFPE;
  if (is_fault && information->si_code > 0) return;
  // Ctrl-\ should not cause a crash report either.
  if (is_fault || signal == SIGQUIT) sigaction(signal, &(struct sigaction){.sa_handler = SIG_DFL}, NULL);
  raise(signal);
}

static void ignore_signal(int signal) {
  (void)signal;
}

static void catch_event(int signal, bool caught) {
  struct sigaction action = {0};
  action.sa_handler = caught ? on_event : SIG_DFL;
  action.sa_flags = SA_RESTART;
  sigemptyset(&action.sa_mask);
  sigaction(signal, &action, NULL);
}

static void catch_death(int signal) {
  struct sigaction action = {0};
  action.sa_sigaction = on_death;
  action.sa_flags = SA_SIGINFO | SA_ONSTACK;
  sigemptyset(&action.sa_mask);
  sigaction(signal, NULL, &previous_actions[signal]);
  // A signal that our parent process ignores (nohup) stays ignored.
  if (previous_actions[signal].sa_handler != SIG_IGN) sigaction(signal, &action, NULL);
}

void terminal_start(void) {
  if (event_pipe[0] >= 0) return;
  if (pipe2(event_pipe, O_CLOEXEC | O_NONBLOCK) != 0 || pipe2(work_pipe, O_CLOEXEC) != 0) return;
  fcntl(work_pipe[1], F_SETFL, O_NONBLOCK);

  terminal_descriptor = isatty(STDIN_FILENO) ? STDIN_FILENO : open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY);
  has_saved_modes = terminal_descriptor >= 0 && tcgetattr(terminal_descriptor, &saved_modes) == 0;

  // An alternate stack, so that the handlers can run after a stack overflow.
  stack_t present = {0};
  if (sigaltstack(NULL, &present) == 0 && (present.ss_flags & SS_DISABLE)) {
    static char spare[65536];
    stack_t alternative = {.ss_sp = spare, .ss_size = sizeof spare, .ss_flags = 0};
    sigaltstack(&alternative, NULL);
  }
  signal(SIGPIPE, SIG_IGN);
  // Exceeding the file size limit (ulimit -f) becomes an error of write(), like a full disk. Programs that we start,
  // such as an editor, get the default action back.
  struct sigaction nothing = {.sa_handler = ignore_signal};
  sigemptyset(&nothing.sa_mask);
  sigaction(SIGXFSZ, &nothing, NULL);
  catch_event(SIGINT, true);
  catch_event(SIGWINCH, true);
  static const int deaths[] = {SIGTERM, SIGHUP, SIGQUIT, SIGSEGV, SIGBUS, SIGILL, SIGTRAP, SIGFPE, SIGABRT};
  for (size_t each = 0; each < sizeof deaths / sizeof deaths[0]; each++) catch_death(deaths[each]);
  atexit(terminal_restore);
}

void terminal_hold(enum terminal_holder next) {
  holder = next;
  // Work outside of the line editor and the full screen is stopped and continued like any other program.
  catch_event(SIGTSTP, next != TERMINAL_FREE);
  catch_event(SIGCONT, next != TERMINAL_FREE);
}

// Not every shell gives the next program a terminal with echo.
static void on_stop_of_work(int signal) {
  int saved_error = errno;
  terminal_set_echo(true);
  raise(signal);
  terminal_set_echo(false);
  errno = saved_error;
}

void terminal_set_echo(bool echo) {
  struct termios modes;
  if (!has_saved_modes || holder != TERMINAL_FREE || tcgetpgrp(terminal_descriptor) != getpgrp()) return;
  if (tcgetattr(terminal_descriptor, &modes) != 0) return;
  modes.c_lflag = (modes.c_lflag & ~(tcflag_t)ECHO) | (echo ? saved_modes.c_lflag & ECHO : 0);
  tcsetattr(terminal_descriptor, TCSANOW, &modes);
  // Not deferred: the signal that the handler raises again must stop the process.
  struct sigaction action = {.sa_handler = echo ? SIG_DFL : on_stop_of_work, .sa_flags = SA_RESTART | SA_NODEFER};
  sigemptyset(&action.sa_mask);
  sigaction(SIGTSTP, &action, NULL);
}

void terminal_stop_process(void) {
  enum terminal_holder before = (enum terminal_holder)holder;
  terminal_hold(TERMINAL_FREE);
  raise(SIGTSTP);
  terminal_hold(before);
}

// MARK: Waiting

enum terminal_event terminal_wait(int descriptor, int milliseconds) {
  struct pollfd sources[2] = {
      {.fd = event_pipe[0], .events = POLLIN, .revents = 0},
      {.fd = descriptor, .events = POLLIN, .revents = 0},
  };
  while (true) {
    int ready = poll(sources, 2, milliseconds);
    if (ready < 0 && errno == EINTR) continue;
    if (ready <= 0) return TERMINAL_TIMEOUT;
    unsigned char byte;
    if ((sources[0].revents & POLLIN) && read(event_pipe[0], &byte, 1) == 1) return (enum terminal_event)byte;
    // Input that was closed counts as readable: reading it then reports the end.
    if (sources[1].revents) return TERMINAL_INPUT;
  }
}

void terminal_wake(void) {
  send_event(event_pipe[1], TERMINAL_WAKE);
}

void terminal_forget_events(void) {
  unsigned char bytes[64];
  while (read(event_pipe[0], bytes, sizeof bytes) > 0) continue;
}

bool terminal_set_working(bool working) {
  bool before = is_working;
  is_working = working;
  return before;
}

void terminal_await_work_interrupt(void) {
  unsigned char byte;
  while (read(work_pipe[0], &byte, 1) != 1 && errno == EINTR) continue;
}
