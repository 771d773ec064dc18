// Line editing with GNU readline's callback interface. Keys that Lectern handles itself (Enter, TAB, ↑, ↓) are
// reported as commands, and so is drawing. Cursor movement, killing, undo, search and paste are readline's.

#include "CTerminal.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>
#include <readline/history.h>
#include <readline/readline.h>

static struct line_editor_callbacks callbacks;
static bool is_started = false;
static bool is_editing = false;

static int perform(enum line_editor_command command) {
  callbacks.perform(callbacks.context, command);
  return 0;
}

static int on_enter(int count, int key) {
  (void)count, (void)key;
  return perform(LINE_EDITOR_ENTER);
}
static int on_new_line(int count, int key) {
  (void)count, (void)key;
  return perform(LINE_EDITOR_NEW_LINE);
}
static int on_complete(int count, int key) {
  (void)count, (void)key;
  return perform(LINE_EDITOR_COMPLETE);
}
static int on_up(int count, int key) {
  (void)count, (void)key;
  return perform(LINE_EDITOR_UP);
}
static int on_down(int count, int key) {
  (void)count, (void)key;
  return perform(LINE_EDITOR_DOWN);
}
static int on_clear_screen(int count, int key) {
  (void)count, (void)key;
  return perform(LINE_EDITOR_CLEAR_SCREEN);
}

static int on_interrupt(int count, int key) {
  (void)count, (void)key;
  return perform(LINE_EDITOR_INTERRUPT);
}
static int on_bound_key(int count, int key) {
  (void)count, (void)key;
  return perform(LINE_EDITOR_BOUND_KEY);
}

// While a line is edited, Ctrl-C is a key and not a signal. A signal would arrive before the text that was typed
// earlier, and text typed right afterwards would be lost with the line.
static void prepare_terminal(int meta) {
  rl_prep_terminal(meta);
  struct termios modes;
  int input = fileno(rl_instream);
  if (tcgetattr(input, &modes) != 0) return;
  cc_t key = modes.c_cc[VINTR];
  if (key == _POSIX_VDISABLE || key >= ' ') return;
  rl_bind_key_in_map(key, on_interrupt, emacs_standard_keymap);
  rl_bind_key_in_map(key, on_interrupt, vi_insertion_keymap);
  rl_bind_key_in_map(key, on_interrupt, vi_movement_keymap);
  rl_bind_key_in_map(key, on_interrupt, emacs_meta_keymap);
  modes.c_cc[VINTR] = _POSIX_VDISABLE;
  tcsetattr(input, TCSADRAIN, &modes);
}

static void on_draw(void) {
  callbacks.draw(callbacks.context);
}

static void on_line(char *line) {
  rl_callback_handler_remove();
  is_editing = false;
  callbacks.finish(callbacks.context, line);
  free(line);
}

// Called after the user's inputrc was read, so that Enter keeps its meaning.
static void bind_keys(Keymap map) {
  rl_bind_key_in_map('\r', on_enter, map);
  rl_bind_key_in_map('\n', on_enter, map);
  rl_bind_key_in_map('\t', on_complete, map);
  rl_bind_key_in_map('\f', on_clear_screen, map);
  rl_bind_keyseq_in_map("\\e\\C-m", on_new_line, map);
  static const char *const ups[] = {"\\e[A", "\\eOA", "\\C-p"};
  static const char *const downs[] = {"\\e[B", "\\eOB", "\\C-n"};
  for (size_t each = 0; each < 3; each++) {
    rl_bind_keyseq_in_map(ups[each], on_up, map);
    rl_bind_keyseq_in_map(downs[each], on_down, map);
  }
}

void line_editor_start(const char *application, int input, int output, struct line_editor_callbacks given) {
  callbacks = given;
  if (is_started) return;
  is_started = true;
  rl_readline_name = strdup(application);
  rl_catch_signals = 0;
  rl_catch_sigwinch = 0;
  // If readline exported LINES and COLUMNS, ncurses would not notice a new size.
  rl_change_environment = 0;
  rl_instream = input == STDIN_FILENO ? stdin : fdopen(input, "r");
  rl_outstream = output == STDOUT_FILENO ? stdout : fdopen(output, "w");
  // Only a default: the inputrc is read afterwards.
  rl_variable_bind("bell-style", "none");
  rl_prep_term_function = prepare_terminal;
  rl_initialize();
  // Must come last: with a custom redisplay function readline would assume a dumb terminal, without paste and arrow
  // keys.
  if (callbacks.draw) rl_redisplay_function = on_draw;
  bind_keys(emacs_standard_keymap);
  bind_keys(vi_insertion_keymap);
  rl_bind_key_in_map('\r', on_enter, vi_movement_keymap);
  rl_bind_key_in_map('\n', on_enter, vi_movement_keymap);
  using_history();
}

void line_editor_bind(const char *sequence) {
  rl_bind_keyseq_in_map(sequence, on_bound_key, emacs_standard_keymap);
  rl_bind_keyseq_in_map(sequence, on_bound_key, vi_insertion_keymap);
}

const char *line_editor_key_sequence(void) {
  return rl_executing_keyseq ? rl_executing_keyseq : "";
}

void line_editor_begin(const char *prompt) {
  is_editing = true;
  rl_callback_handler_install(prompt, on_line);
}

void line_editor_read_key(void) {
  if (is_editing) rl_callback_read_char();
}

int line_editor_typed_ahead(void) {
  struct pollfd input = {.fd = fileno(rl_instream), .events = POLLIN};
  unsigned char byte;
  if (!is_editing || poll(&input, 1, 0) != 1 || !(input.revents & POLLIN)) return -1;
  if (read(input.fd, &byte, 1) != 1) return -1;
  rl_stuff_char(byte);
  return byte;
}

void line_editor_abandon(void) {
  if (!is_editing) return;
  is_editing = false;
  rl_free_line_state();
  rl_callback_sigcleanup();
  rl_replace_line("", 1);
  rl_callback_handler_remove();
}

void line_editor_pause(void) {
  rl_deprep_terminal();
}

void line_editor_resume(void) {
  prepare_terminal(1);
}

void line_editor_resize(void) {
  rl_reset_screen_size();
}

const char *line_editor_prompt(void) {
  return rl_display_prompt ? rl_display_prompt : "";
}

const char *line_editor_text(void) {
  return rl_line_buffer ? rl_line_buffer : "";
}

int line_editor_cursor(void) {
  return rl_point;
}

void line_editor_set_cursor(int cursor) {
  rl_point = cursor < 0 ? 0 : cursor > rl_end ? rl_end : cursor;
}

void line_editor_replace(int start, int end, const char *text) {
  rl_begin_undo_group();
  rl_delete_text(start, end);
  rl_point = start;
  rl_insert_text(text);
  rl_end_undo_group();
}

void line_editor_accept(void) {
  rl_newline(1, '\n');
}

bool line_editor_repeats_history(void) {
  return rl_last_func == on_up || rl_last_func == on_down;
}

void line_editor_recall(int direction, bool by_prefix) {
  if (!by_prefix) {
    direction < 0 ? rl_get_previous_history(1, 0) : rl_get_next_history(1, 0);
    return;
  }
  // readline continues a search only if the previous key searched too.
  if (line_editor_repeats_history()) rl_last_func = rl_history_search_backward;
  direction < 0 ? rl_history_search_backward(1, 0) : rl_history_search_forward(1, 0);
}

void line_editor_add_history(const char *line, int64_t seconds) {
  char time[32];
  snprintf(time, sizeof time, "#%lld", (long long)seconds);
  add_history(line);
  add_history_time(time);
}

void line_editor_limit_history(int entries) {
  stifle_history(entries);
}
