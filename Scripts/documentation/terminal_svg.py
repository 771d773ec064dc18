"""A terminal's screen, as text with ANSI colours, drawn as SVG."""
import re
import unicodedata
from html import escape

CELL, LINE, SIZE, MARGIN = 8.43, 16.3, 14, 14
BACKGROUND, FOREGROUND = "#1d2129", "#d7dae0"
FONTS = "'DejaVu Sans Mono', Menlo, Consolas, 'Liberation Mono', monospace"
SIXTEEN = [
    "#3b414d", "#e06c75", "#98c379", "#e5c07b", "#61afef", "#c678dd", "#56b6c2", "#d7dae0",
    "#7f8694", "#ef8a92", "#b1d696", "#efd196", "#84c3f5", "#d79be6", "#7fcbd4", "#ffffff",
]


def colour(number):
    """The colour of xterm's 256 that has this number."""
    if number < 16:
        return SIXTEEN[number]
    if number < 232:
        red, green, blue = (number - 16) // 36, (number - 16) // 6 % 6, (number - 16) % 6
        return "#" + "".join(f"{0 if part == 0 else 55 + 40 * part:02x}" for part in (red, green, blue))
    return "#" + f"{8 + 10 * (number - 232):02x}" * 3


class Style:
    """What the escape sequences so far say of the letters to come."""

    def __init__(self):
        self.reset()

    def reset(self):
        self.front = self.back = None
        self.bold = self.dim = self.italic = self.underlined = self.reversed = False

    def apply(self, codes):
        codes = [int(code or 0) for code in codes.replace(":", ";").split(";")]
        while codes:
            code = codes.pop(0)
            if code in (38, 48):
                if codes.pop(0) == 5:
                    value = colour(codes.pop(0))
                else:
                    value = "#" + "".join(f"{codes.pop(0):02x}" for _ in range(3))
                if code == 38:
                    self.front = value
                else:
                    self.back = value
            elif code == 0:
                self.reset()
            elif code in (1, 2, 3, 4, 7):
                setattr(self, {1: "bold", 2: "dim", 3: "italic", 4: "underlined", 7: "reversed"}[code], True)
            elif code == 22:
                self.bold = self.dim = False
            elif code in (23, 24, 27):
                setattr(self, {23: "italic", 24: "underlined", 27: "reversed"}[code], False)
            elif 30 <= code <= 37:
                self.front = SIXTEEN[code - 30]
            elif 90 <= code <= 97:
                self.front = SIXTEEN[code - 90 + 8]
            elif 40 <= code <= 47:
                self.back = SIXTEEN[code - 40]
            elif 100 <= code <= 107:
                self.back = SIXTEEN[code - 100 + 8]
            elif code == 39:
                self.front = None
            elif code == 49:
                self.back = None

    def attributes(self):
        """The colour behind the letters, or None, and the attributes of the letters."""
        front, back = self.front or FOREGROUND, self.back
        if self.reversed:
            front, back = back or BACKGROUND, front
        found = [] if front == FOREGROUND else [f'fill="{front}"']
        if self.dim:
            found.append('fill-opacity=".6"')
        if self.bold:
            found.append('font-weight="bold"')
        if self.italic:
            found.append('font-style="italic"')
        if self.underlined:
            found.append('text-decoration="underline"')
        return back, " ".join(found)


def cells(text):
    return sum(
        0 if unicodedata.combining(letter) else 2 if unicodedata.east_asian_width(letter) in "WF" else 1
        for letter in text)


def runs(line, style):
    """The parts of a line that look alike: the column where each begins, its text and its attributes."""
    column = 0
    for part in re.split(r"(\x1b\[[0-9;:]*m|\x1b\]8;[^\x1b\x07]*(?:\x1b\\|\x07)|\x0e|\x0f|\x1b\(.)", line):
        if part.startswith("\x1b["):
            style.apply(part[2:-1])
        elif part and part[0] not in "\x1b\x0e\x0f":
            yield column, part, style.attributes()
            column += cells(part)


def svg(screen, size):
    """A picture of a screen of `size` columns and rows; every part of a line starts at its own column."""
    columns, rows = size
    width, height = columns * CELL + 2 * MARGIN, rows * LINE + 2 * MARGIN
    style, behind, letters = Style(), [], []
    for row, line in enumerate(screen.split("\n")[:rows]):
        top = MARGIN + row * LINE
        spans = []
        for column, text, (back, attributes) in runs(line, style):
            left, wide = MARGIN + column * CELL, cells(text) * CELL
            if back:
                behind.append(f'<rect x="{left:.1f}" y="{top:.1f}" width="{wide:.1f}" height="{LINE}" fill="{back}"/>')
            if text.strip() or "underline" in attributes:
                lead = len(text) - len(text.lstrip(" ")) if "underline" not in attributes else 0
                shown = text[lead:] if "underline" in attributes else text[lead:].rstrip(" ")
                spans.append(
                    f'<tspan x="{left + lead * CELL:.1f}" textLength="{cells(shown) * CELL:.1f}"'
                    f'{" " + attributes if attributes else ""}>{escape(shown, quote=False)}</tspan>')
        if spans:
            letters.append(f'<text y="{top + 0.78 * LINE:.1f}">{"".join(spans)}</text>')
    return "\n".join([
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.0f} {height:.0f}" width="{width:.0f}"'
        f' height="{height:.0f}" font-family="{FONTS}" font-size="{SIZE}" fill="{FOREGROUND}" xml:space="preserve">',
        f'<rect width="100%" height="100%" rx="8" fill="{BACKGROUND}"/>', *behind, *letters, "</svg>", ""])
