// A full screen with ncursesw: one screen at a time, on one thread.

#define _GNU_SOURCE
#define NCURSES_WIDECHAR 1
#include "CTerminal.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include <wchar.h>
#include <ncurses.h>

static SCREEN *screen = NULL;
static FILE *input = NULL;
static FILE *output = NULL;
static short next_pair = 1;
static short pairs[257 * 257];

static FILE *terminal_stream(int descriptor, FILE *standard, const char *mode) {
  if (isatty(descriptor)) return standard;
  FILE *opened = fopen("/dev/tty", mode);
  if (opened) fcntl(fileno(opened), F_SETFD, FD_CLOEXEC);
  return opened;
}

static void close_streams(void) {
  if (input && input != stdin) fclose(input);
  if (output && output != stdout) fclose(output);
  input = output = NULL;
}

bool screen_open(bool mouse) {
  if (screen) return true;
  input = terminal_stream(STDIN_FILENO, stdin, "r");
  output = terminal_stream(STDOUT_FILENO, stdout, "w");
  if (!input || !output) {
    close_streams();
    return false;
  }
  fflush(stdout);
  // Take the size from the terminal, never from LINES and COLUMNS.
  use_env(FALSE);
  use_tioctl(TRUE);
  screen = newterm(NULL, output, input);
  if (!screen) {
    close_streams();
    return false;
  }
  terminal_hold(TERMINAL_SCREEN);
  // Ctrl-C and Ctrl-Z arrive as keys, so the parent shell does not see them.
  raw();
  noecho();
  nonl();
  keypad(stdscr, TRUE);
  nodelay(stdscr, TRUE);
  set_escdelay(25);
  if (has_colors()) {
    start_color();
    use_default_colors();
  }
  next_pair = 1;
  for (size_t each = 0; each < sizeof pairs / sizeof pairs[0]; each++) pairs[each] = 0;
  if (mouse) {
    mousemask(BUTTON1_CLICKED | BUTTON1_PRESSED | BUTTON4_PRESSED | BUTTON5_PRESSED, NULL);
    mouseinterval(0);
  }
  return true;
}

void screen_close(void) {
  if (!screen) return;
  endwin();
  delscreen(screen);
  screen = NULL;
  close_streams();
  terminal_hold(TERMINAL_FREE);
}

void screen_stop_process(void) {
  if (!screen) return;
  endwin();
  terminal_stop_process();
  clearok(curscr, TRUE);
  refresh();
  // A change of size in the meantime was not reported.
  screen_follow_size();
}

int screen_input(void) {
  return input ? fileno(input) : -1;
}

int screen_output(void) {
  if (output) fflush(output);
  return output ? fileno(output) : -1;
}

void screen_follow_size(void) {
  int rows, columns;
  if (screen && terminal_size(screen_input(), &rows, &columns)) {
    resizeterm(rows, columns);
    clearok(curscr, TRUE);
  }
}

void screen_extent(int *rows, int *columns) {
  *rows = screen ? getmaxy(stdscr) : 0;
  *columns = screen ? getmaxx(stdscr) : 0;
}

int screen_colors(void) {
  return screen && has_colors() ? COLORS : 0;
}

void screen_clear(void) {
  if (screen) werase(stdscr);
}

static short color_pair(int foreground, int background) {
  if (!has_colors() || foreground < -1 || background < -1 || foreground > 255 || background > 255) return 0;
  if (foreground == -1 && background == -1) return 0;
  // A terminal with eight colours has no bright ones: use the normal colours instead.
  if (foreground >= COLORS) foreground = COLORS >= 8 ? foreground % 8 : -1;
  if (background >= COLORS) background = COLORS >= 8 ? background % 8 : -1;
  short *known = &pairs[(foreground + 1) * 257 + background + 1];
  if (*known == 0 && next_pair < COLOR_PAIRS && next_pair < 255) {
    init_pair(next_pair, (short)foreground, (short)background);
    *known = next_pair++;
  }
  return *known;
}

void screen_put(int row, int column, const char *text, int attributes, int foreground, int background) {
  if (!screen) return;
  attr_t drawn = A_NORMAL;
  if (attributes & SCREEN_BOLD) drawn |= A_BOLD;
  if (attributes & SCREEN_DIM) drawn |= A_DIM;
  if (attributes & SCREEN_UNDERLINE) drawn |= A_UNDERLINE;
  if (attributes & SCREEN_REVERSE) drawn |= A_REVERSE;
  if (attributes & SCREEN_ITALIC) drawn |= A_ITALIC;
  wchar_t wide[1024];
  size_t length = mbstowcs(wide, text, sizeof wide / sizeof wide[0] - 1);
  if (length == (size_t)-1) return;
  // ncurses would wrap text that is too long to the next row.
  int room = getmaxx(stdscr) - column;
  size_t fitting = 0;
  for (int width = 0; fitting < length; fitting++) {
    int cells = wcwidth(wide[fitting]);
    width += cells > 0 ? cells : 0;
    if (width > room) break;
  }
  length = fitting;
  attr_set(drawn, color_pair(foreground, background), NULL);
  mvaddnwstr(row, column, wide, (int)length);
  attr_set(A_NORMAL, 0, NULL);
}

void screen_show(int cursor_row, int cursor_column, bool redraw) {
  if (!screen) return;
  curs_set(cursor_row >= 0);
  if (cursor_row >= 0) move(cursor_row, cursor_column);
  if (redraw) clearok(curscr, TRUE);
  refresh();
}

static enum screen_key mouse_key(uint32_t *value) {
  MEVENT event;
  if (getmouse(&event) != OK) return SCREEN_KEY_OTHER;
  *value = (uint32_t)event.y << 16 | (uint32_t)event.x;
  if (event.bstate & BUTTON4_PRESSED) return SCREEN_KEY_WHEEL_UP;
  if (event.bstate & BUTTON5_PRESSED) return SCREEN_KEY_WHEEL_DOWN;
  return event.bstate & (BUTTON1_CLICKED | BUTTON1_PRESSED) ? SCREEN_KEY_CLICK : SCREEN_KEY_OTHER;
}

// Arrows, Home and End, as terminals send them that do not know of the keypad's mode.
static enum screen_key cursor_key(wint_t final) {
  switch (final) {
  case 'A': return SCREEN_KEY_UP;
  case 'B': return SCREEN_KEY_DOWN;
  case 'C': return SCREEN_KEY_RIGHT;
  case 'D': return SCREEN_KEY_LEFT;
  case 'H': return SCREEN_KEY_HOME;
  case 'F': return SCREEN_KEY_END;
  default: return SCREEN_KEY_OTHER;
  }
}

// Reads the rest of a sequence that ncurses does not know, after its escape character; otherwise its characters would
// be keys: F13 would sort. Returns `SCREEN_KEY_NONE` if the escape character was a key of its own.
static enum screen_key read_sequence(void) {
  wint_t code;
  // The rest of a sequence is there at once, or a moment later.
  int kind = get_wch(&code);
  if (kind == ERR) return SCREEN_KEY_NONE;
  if (kind == KEY_CODE_YES) {
    ungetch((int)code);
    return SCREEN_KEY_NONE;
  }
  if (code < 0x20) {
    unget_wch((wchar_t)code);
    return SCREEN_KEY_NONE;
  }
  // A character with Alt.
  if (code != '[' && code != 'O') return SCREEN_KEY_OTHER;
  enum screen_key key = SCREEN_KEY_OTHER;
  timeout(25);
  for (int length = 0; length < 64; length++) {
    kind = get_wch(&code);
    if (kind == KEY_CODE_YES) ungetch((int)code);
    if (kind != OK) break;
    // The Linux console sends `ESC [ [ A`.
    if (length == 0 && code == '[') continue;
    if (code < 0x20) {
      unget_wch((wchar_t)code);
      break;
    }
    if (length == 0) key = cursor_key(code);
    if (code >= 0x40) break;
  }
  timeout(0);
  return key;
}

enum screen_key screen_read_key(uint32_t *value) {
  *value = 0;
  if (!screen) return SCREEN_KEY_NONE;
  wint_t code;
  int kind;
  // What `resizeterm` puts among the keys is none: the size is followed already.
  do kind = get_wch(&code);
  while (kind == KEY_CODE_YES && code == KEY_RESIZE);
  if (kind == ERR) return SCREEN_KEY_NONE;
  if (kind == OK) {
    if (code == 0x1B) {
      enum screen_key key = read_sequence();
      if (key != SCREEN_KEY_NONE) return key;
    }
    *value = (uint32_t)code;
    return SCREEN_KEY_CHARACTER;
  }
  if (code >= KEY_F(1) && code <= KEY_F(63)) {
    *value = (uint32_t)(code - KEY_F(0));
    return SCREEN_KEY_FUNCTION;
  }
  switch (code) {
  case KEY_UP: return SCREEN_KEY_UP;
  case KEY_DOWN: return SCREEN_KEY_DOWN;
  case KEY_LEFT: return SCREEN_KEY_LEFT;
  case KEY_RIGHT: return SCREEN_KEY_RIGHT;
  case KEY_HOME: return SCREEN_KEY_HOME;
  case KEY_END: return SCREEN_KEY_END;
  case KEY_PPAGE: return SCREEN_KEY_PAGE_UP;
  case KEY_NPAGE: return SCREEN_KEY_PAGE_DOWN;
  case KEY_BACKSPACE: return SCREEN_KEY_BACKSPACE;
  case KEY_DC: return SCREEN_KEY_DELETE;
  case KEY_IC: return SCREEN_KEY_INSERT;
  case KEY_BTAB: return SCREEN_KEY_BACKTAB;
  case KEY_ENTER: return SCREEN_KEY_ENTER;
  case KEY_MOUSE: return mouse_key(value);
  default: return SCREEN_KEY_OTHER;
  }
}
