#ifndef CTerminal_h
#define CTerminal_h

// What the Terminal target needs of GNU readline, ncursesw, termios and POSIX signals. Neither library's header is
// included here, so nothing of theirs reaches Swift but what is declared below.

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// MARK: Locale and characters

/// Makes the C library speak UTF-8: the user's locale if it does, else C.UTF-8. False when it had to fall back.
bool terminal_use_utf8_locale(void);

/// Cells that a Unicode scalar takes: 0, 1 or 2, and -1 for one that cannot be printed.
int terminal_character_width(uint32_t scalar);

// MARK: The terminal's own state

/// Rows and columns of the terminal behind `descriptor`; false where there is none.
bool terminal_size(int descriptor, int *rows, int *columns);

/// Remembers the terminal's modes and installs the signal handlers, once.
void terminal_start(void);

/// Puts back the modes remembered at start and leaves every mode of ours. Safe in a signal handler.
void terminal_restore(void);

/// Whether the terminal writes what is typed while nothing reads it. Does nothing while something holds the terminal, or
/// in the background.
void terminal_set_echo(bool echo);

/// What holds the terminal now, so that `terminal_restore` knows what to leave.
enum terminal_holder { TERMINAL_FREE, TERMINAL_LINE_EDITOR, TERMINAL_SCREEN };
void terminal_hold(enum terminal_holder holder);

/// Stops the process as Ctrl-Z does, and returns when it is continued.
void terminal_stop_process(void);

// MARK: Waiting

enum terminal_event {
  TERMINAL_TIMEOUT,
  TERMINAL_INPUT,
  TERMINAL_INTERRUPT,
  TERMINAL_RESIZE,
  TERMINAL_STOP,
  TERMINAL_CONTINUE,
  TERMINAL_WAKE,
};

/// Waits until `descriptor` can be read or a signal has come; signals go first. A negative time waits for ever.
enum terminal_event terminal_wait(int descriptor, int milliseconds);

/// Ends a wait from another thread.
void terminal_wake(void);

/// Forgets the signals that came while nobody waited.
void terminal_forget_events(void);

/// While true, Ctrl-C goes to `terminal_await_work_interrupt` instead of `terminal_wait`. Gives what held before.
bool terminal_set_working(bool working);

/// Blocks until Ctrl-C is pressed while work runs.
void terminal_await_work_interrupt(void);

// MARK: Line editing

enum line_editor_command {
  LINE_EDITOR_ENTER,
  LINE_EDITOR_NEW_LINE,
  LINE_EDITOR_COMPLETE,
  LINE_EDITOR_UP,
  LINE_EDITOR_DOWN,
  LINE_EDITOR_CLEAR_SCREEN,
  /// Ctrl-C, in its turn among what was typed.
  LINE_EDITOR_INTERRUPT,
  /// A key that was bound by `line_editor_bind`.
  LINE_EDITOR_BOUND_KEY,
};

struct line_editor_callbacks {
  void *context;
  /// A key that belongs to us was pressed.
  void (*perform)(void *context, enum line_editor_command command);
  /// The line or the cursor changed.
  void (*draw)(void *context);
  /// The line was accepted (null at the end of input). It belongs to the callee until it returns.
  void (*finish)(void *context, const char *line);
};

/// Prepares readline, once. Without `draw` readline draws for itself, as a terminal without cursor motion needs.
void line_editor_start(const char *application, int input, int output, struct line_editor_callbacks callbacks);

/// Gives a key, as readline writes its bytes, back as a command.
void line_editor_bind(const char *sequence);

/// The bytes of the key that is being performed.
const char *line_editor_key_sequence(void);

void line_editor_begin(const char *prompt);
void line_editor_read_key(void);

/// Leaves the line without accepting it.
void line_editor_abandon(void);

/// Gives the terminal back, and takes it again, within a line.
void line_editor_pause(void);
void line_editor_resume(void);

/// Tells readline the terminal's size after it changed.
void line_editor_resize(void);

/// What stands before the line now: the prompt, or a search's.
const char *line_editor_prompt(void);
const char *line_editor_text(void);
int line_editor_cursor(void);
void line_editor_set_cursor(int cursor);

/// Replaces the bytes from `start` up to `end`, as one step of undo, and puts the cursor behind them.
void line_editor_replace(int start, int end, const char *text);

void line_editor_accept(void);

/// Whether the key before this one was ↑ or ↓ as well.
bool line_editor_repeats_history(void);

/// Goes to an older (-1) or newer (1) line; with `by_prefix` to one that starts like the line up to the cursor.
void line_editor_recall(int direction, bool by_prefix);

void line_editor_add_history(const char *line, int64_t seconds);
void line_editor_limit_history(int entries);

// MARK: Full screen

enum screen_key {
  SCREEN_KEY_NONE,
  SCREEN_KEY_CHARACTER,
  SCREEN_KEY_UP,
  SCREEN_KEY_DOWN,
  SCREEN_KEY_LEFT,
  SCREEN_KEY_RIGHT,
  SCREEN_KEY_HOME,
  SCREEN_KEY_END,
  SCREEN_KEY_PAGE_UP,
  SCREEN_KEY_PAGE_DOWN,
  SCREEN_KEY_BACKSPACE,
  SCREEN_KEY_DELETE,
  SCREEN_KEY_INSERT,
  SCREEN_KEY_BACKTAB,
  SCREEN_KEY_ENTER,
  SCREEN_KEY_FUNCTION,
  SCREEN_KEY_WHEEL_UP,
  SCREEN_KEY_WHEEL_DOWN,
  SCREEN_KEY_CLICK,
  SCREEN_KEY_OTHER,
};

enum screen_attribute {
  SCREEN_BOLD = 1,
  SCREEN_DIM = 2,
  SCREEN_UNDERLINE = 4,
  SCREEN_REVERSE = 8,
  SCREEN_ITALIC = 16,
};

/// Takes the terminal; false when there is none to take.
bool screen_open(bool mouse);
void screen_close(void);

/// Stops the process with the terminal given back, and takes it again when continued.
void screen_stop_process(void);

/// The descriptor that keys come from.
int screen_input(void);

/// The descriptor that the screen is drawn to, with all that was drawn sent.
int screen_output(void);

/// Follows a change of the terminal's size.
void screen_follow_size(void);
void screen_extent(int *rows, int *columns);
int screen_colors(void);

void screen_clear(void);

/// Draws sanitised UTF-8 text. Colours are 0…255, or -1 for the terminal's own.
void screen_put(int row, int column, const char *text, int attributes, int foreground, int background);

/// Sends the difference to the terminal; a negative row hides the cursor. `redraw` sends everything.
void screen_show(int cursor_row, int cursor_column, bool redraw);

/// The next key without waiting. `value` is the scalar, the number of a function key, or row << 16 | column of a click.
enum screen_key screen_read_key(uint32_t *value);

#endif
