"""Compares cmark-gfm, utf8proc and the C library with what `Display` does by hand. ARCHITECTURE.md has the result.

Measured with cmark-gfm 0.29.0.gfm.6, utf8proc 2.8.0 (Unicode 15.0), glibc 2.36 and the categories of Python 3.11
(Unicode 14.0). Debian's packages libcmark-gfm0.29.0.gfm.6, libcmark-gfm-extensions0.29.0.gfm.6 and libutf8proc2 need
not be installed: LD_LIBRARY_PATH may name the folder where they are unpacked.

    Scripts/comparisons/compare-text-libraries.py
"""
import ctypes
import locale
import pathlib
import re
import unicodedata
from collections import Counter

ROOT = pathlib.Path(__file__).resolve().parents[2]


def widths_of_display():
    """The width of one scalar as `DisplayWidth.cells(of:)` computes it."""
    source = (ROOT / "Sources/Display/Text/WideRanges.swift").read_text()
    wide = set()
    for first, last in re.findall(r"\(0x([0-9A-F]+), 0x([0-9A-F]+)\)", source):
        wide.update(range(int(first, 16), int(last, 16) + 1))

    def width(scalar):
        if scalar < 0x300 or 0x1F1E6 <= scalar <= 0x1F1FF:
            return 1
        if scalar in wide:
            return 2
        if 0x1160 <= scalar <= 0x11FF or 0xD7B0 <= scalar <= 0xD7FB:
            return 0
        return 0 if unicodedata.category(chr(scalar)) in ("Mn", "Me", "Cf") else 1

    return width


def compare_widths():
    own = widths_of_display()
    utf8proc = ctypes.CDLL("libutf8proc.so.2")
    libc = ctypes.CDLL("libc.so.6")
    locale.setlocale(locale.LC_ALL, "C.UTF-8")
    assigned = [
        scalar for scalar in range(0x20, 0x110000)
        if not 0x7F <= scalar < 0xA0 and unicodedata.category(chr(scalar)) not in ("Cn", "Co", "Cs")
    ]
    emoji = {"flag": "🇩🇪", "family": "👨‍👩‍👧", "skin tone": "👍🏽", "keycap": "1️⃣", "heart": "❤️"}
    for name, width in (("utf8proc", utf8proc.utf8proc_charwidth), ("wcwidth", libc.wcwidth)):
        differences = Counter()
        for scalar in assigned:
            if width(scalar) != own(scalar):
                differences[(unicodedata.category(chr(scalar)), own(scalar), width(scalar))] += 1
        print(f"{name}: {sum(differences.values())} of {len(assigned)} assigned scalars have another width")
        for (category, ours, theirs), count in differences.most_common(5):
            print(f"  {count} of category {category}: {ours} here, {theirs} there")
        print("  emoji of two cells:", {key: sum(width(ord(part)) for part in text) for key, text in emoji.items()})


def parser_of_cmark():
    """A function from Markdown to the types and literals of the nodes."""
    cmark = ctypes.CDLL("libcmark-gfm.so.0.29.0.gfm.6", mode=ctypes.RTLD_GLOBAL)
    extensions = ctypes.CDLL("libcmark-gfm-extensions.so.0.29.0.gfm.6")
    pointer, text = ctypes.c_void_p, ctypes.c_char_p
    signatures = {
        "cmark_parser_new": (pointer, [ctypes.c_int]),
        "cmark_parser_feed": (None, [pointer, text, ctypes.c_size_t]),
        "cmark_parser_finish": (pointer, [pointer]),
        "cmark_parser_attach_syntax_extension": (ctypes.c_int, [pointer, pointer]),
        "cmark_find_syntax_extension": (pointer, [text]),
        "cmark_node_first_child": (pointer, [pointer]),
        "cmark_node_next": (pointer, [pointer]),
        "cmark_node_get_type_string": (text, [pointer]),
        "cmark_node_get_literal": (text, [pointer]),
    }
    for name, (result, arguments) in signatures.items():
        function = getattr(cmark, name)
        function.restype, function.argtypes = result, arguments
    extensions.cmark_gfm_core_extensions_ensure_registered()

    def nodes(node):
        yield cmark.cmark_node_get_type_string(node).decode(), (cmark.cmark_node_get_literal(node) or b"").decode()
        child = cmark.cmark_node_first_child(node)
        while child:
            yield from nodes(child)
            child = cmark.cmark_node_next(child)

    def parse(markdown):
        parser = cmark.cmark_parser_new(0)
        for name in (b"table", b"strikethrough", b"tasklist"):
            cmark.cmark_parser_attach_syntax_extension(parser, cmark.cmark_find_syntax_extension(name))
        data = markdown.encode()
        cmark.cmark_parser_feed(parser, data, len(data))
        return list(nodes(cmark.cmark_parser_finish(parser)))

    return parse


def compare_formulas():
    parse = parser_of_cmark()

    def is_unchanged(formula):
        found = [node for node in parse(formula) if node[0] not in ("document", "paragraph")]
        written = "".join("\n" if kind == "softbreak" else literal for kind, literal in found)
        return written == formula and all(kind in ("text", "softbreak") for kind, _ in found)

    inline, displayed = [], []
    pages = [path for folder in ("sessions", "examples", "docs") for path in sorted((ROOT / folder).glob("*.md"))]
    for page in [*pages, ROOT / "README.md"]:
        prose = re.sub(r"^(```|~~~).*?^\1[^\n]*$", "", page.read_text(), flags=re.S | re.M)
        prose = re.sub(r"`[^`\n]*`", "", prose)
        displayed += re.findall(r"\$\$.+?\$\$", prose, re.S)
        prose = re.sub(r"\$\$.+?\$\$", "", prose, flags=re.S)
        inline += re.findall(r"(?<![\\\w$])\$[^\s$][^$\n]*?(?<!\s)\$(?!\w)", prose)
    for name, formulas in (("inline", inline), ("displayed", displayed)):
        changed = [formula for formula in formulas if not is_unchanged(formula)]
        print(f"cmark-gfm: {len(changed)} of {len(formulas)} {name} formulas do not come through as they are written")
        for formula in changed[:3]:
            print("  ", formula.replace("\n", " ")[:100])


compare_widths()
compare_formulas()
