"""Writes Sources/Display/Text/WideRanges.swift: the Unicode scalars that a terminal draws in two cells.

Made with wcwidth 0.9.4 (pip install wcwidth), whose tables are Unicode's EastAsianWidth.txt and emoji-data.txt.
"""
import pathlib
import wcwidth
from wcwidth.table_wide import WIDE_EASTASIAN

version = wcwidth.list_versions()[-1]
ranges = []
for first, last in sorted(WIDE_EASTASIAN[version]):
    if ranges and first <= ranges[-1][1] + 1:
        ranges[-1][1] = max(last, ranges[-1][1])
    else:
        ranges.append([first, last])

items = [f"(0x{first:X}, 0x{last:X})," for first, last in ranges]
lines, line = [], "   "
for item in items:
    if len(line) + 1 + len(item) > 118:
        lines.append(line)
        line = "   "
    line += " " + item
lines.append(line)
text = f"""/// East Asian wide and fullwidth scalars and those with emoji presentation, ascending (Unicode {version}).
/// Written by `Scripts/reference/wide-ranges.py`.
enum WideRanges {{
  static let all: [(first: UInt32, last: UInt32)] = [
{chr(10).join(lines)}
  ]
}}
"""
root = pathlib.Path(__file__).resolve().parents[2]
(root / "Sources/Display/Text/WideRanges.swift").write_text(text)
