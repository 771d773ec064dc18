#ifndef CTerminal_h
#define CTerminal_h

// The parts of GNU readline, ncursesw, termios and POSIX signals that the Terminal target uses. The libraries'
// headers are not included here, so Swift sees only the declarations below.

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// MARK: Locale and characters

/// Sets a UTF-8 locale: the user's if it is UTF-8, else C.UTF-8. Returns false in the second case.
bool terminal_use_utf8_locale(void);

/// The number of cells of a Unicode scalar: 0, 1 or 2; -1 if it is not printable.
int terminal_character_width(uint32_t scalar);

// MARK: The terminal's own state

/// The rows and columns of the terminal at `descriptor`. Returns false if it is not a terminal.
bool terminal_size(int descriptor, int *rows, int *columns);

/// Saves the terminal's modes and installs the signal handlers, once.
void terminal_start(void);

/// Restores the saved modes and switches off every mode that we set. Safe in a signal handler.
void terminal_restore(void);

/// Switches echo on or off for the time when nothing reads the input. Does nothing while the line editor or the full
/// screen uses the terminal, or in the background.
void terminal_set_echo(bool echo);

/// What uses the terminal now, so that `terminal_restore` knows which modes to reset.
enum terminal_holder { TERMINAL_FREE, TERMINAL_LINE_EDITOR, TERMINAL_SCREEN };
void terminal_hold(enum terminal_holder holder);

/// Stops the process as Ctrl-Z does. Returns when it is continued.
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

/// Waits until `descriptor` is readable or a signal arrives; signals have priority. A negative time means no timeout.
enum terminal_event terminal_wait(int descriptor, int milliseconds);

/// Ends a wait; called from another thread.
void terminal_wake(void);

/// Discards signals that arrived while nobody waited.
void terminal_forget_events(void);

/// While true, Ctrl-C ends `terminal_await_work_interrupt` instead of `terminal_wait`. Returns the previous value.
bool terminal_set_working(bool working);

/// Blocks until Ctrl-C is pressed during work.
void terminal_await_work_interrupt(void);

// MARK: Line editing

enum line_editor_command {
  LINE_EDITOR_ENTER,
  LINE_EDITOR_NEW_LINE,
  LINE_EDITOR_COMPLETE,
  LINE_EDITOR_UP,
  LINE_EDITOR_DOWN,
  LINE_EDITOR_CLEAR_SCREEN,
  /// Ctrl-C, in the order of the typed keys.
  LINE_EDITOR_INTERRUPT,
  /// A key that `line_editor_bind` bound.
  LINE_EDITOR_BOUND_KEY,
};

struct line_editor_callbacks {
  void *context;
  /// A key with a command of ours was pressed.
  void (*perform)(void *context, enum line_editor_command command);
  /// The line or the cursor changed.
  void (*draw)(void *context);
  /// The line was accepted; it is null at the end of input. The string is valid only during the call.
  void (*finish)(void *context, const char *line);
};

/// Initialises readline, once. Without `draw`, readline draws by itself, for terminals without cursor movement.
void line_editor_start(const char *application, int input, int output, struct line_editor_callbacks callbacks);

/// Binds a key, given by the bytes that it sends, to `LINE_EDITOR_BOUND_KEY`.
void line_editor_bind(const char *sequence);

/// The bytes of the key that caused the current command.
const char *line_editor_key_sequence(void);

void line_editor_begin(const char *prompt);
void line_editor_read_key(void);

/// The first byte of what was typed before the line began, or -1. `line_editor_read_key` reads it next.
int line_editor_typed_ahead(void);

/// Leaves the line without accepting it.
void line_editor_abandon(void);

/// Releases the terminal in the middle of a line, and takes it back.
void line_editor_pause(void);
void line_editor_resume(void);

/// Tells readline the new size of the terminal.
void line_editor_resize(void);

/// The text in front of the line: the prompt, or that of a search.
const char *line_editor_prompt(void);
const char *line_editor_text(void);
int line_editor_cursor(void);
void line_editor_set_cursor(int cursor);

/// Replaces the bytes start..<end as one undo step, and moves the cursor behind them.
void line_editor_replace(int start, int end, const char *text);

void line_editor_accept(void);

/// Whether the previous key was also ↑ or ↓.
bool line_editor_repeats_history(void);

/// Goes to an older (-1) or newer (1) line; with `by_prefix`, to one that begins like the line up to the cursor.
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

/// Opens the full screen. Returns false if there is no terminal.
bool screen_open(bool mouse);
void screen_close(void);

/// Releases the terminal and stops the process; takes the terminal back when it is continued.
void screen_stop_process(void);

/// The descriptor from which keys are read.
int screen_input(void);

/// The descriptor of the screen, after sending all pending output.
int screen_output(void);

/// Adapts to a new size of the terminal.
void screen_follow_size(void);
void screen_extent(int *rows, int *columns);
int screen_colors(void);

void screen_clear(void);

/// Draws sanitised UTF-8 text. Colours are 0…255, or -1 for the terminal's default.
void screen_put(int row, int column, const char *text, int attributes, int foreground, int background);

/// Sends the changes to the terminal; a negative row hides the cursor. `redraw` sends everything.
void screen_show(int cursor_row, int cursor_column, bool redraw);

/// The next key, without waiting. `value` is the scalar, the number of a function key, or row << 16 | column of a
/// click.
enum screen_key screen_read_key(uint32_t *value);

#endif
