"""Lectern's expressions and pipelines as trees, which other modules translate to SQL, run in polars, or evaluate exactly."""
import re
from dataclasses import dataclass, field


@dataclass(frozen=True, eq=False)
class Node:
    """One piece of an expression.

    `kind` is one of literal, name, session, list, call, unary, binary, in, null, if, field; `value` is the literal, the
    name, the operator or the function; `parts` are the operands. Two pieces are never the same: 1 is not 1.0.
    """

    kind: str
    value: object = None
    parts: tuple = ()
    # Of a call: (keys, [(expression, is descending)]) or None.
    over: object = None

    def all(self):
        yield self
        for part in self.parts:
            yield from part.all()

    @property
    def names(self):
        return {node.value for node in self.all() if node.kind == "name"}


@dataclass
class Stage:
    """A verb with what stands behind it: assignments or arguments, clauses (`on`, `agg`) and options."""

    verb: str
    arguments: list = field(default_factory=list)
    clauses: dict = field(default_factory=dict)
    options: dict = field(default_factory=dict)
    text: str = ""


TOKEN = re.compile(
    r"""\s*(?:(?P<number>\d[\d_]*(?:\.\d+)?(?:[eE][+-]?\d+)?)|(?P<text>"(?:\\.|[^"\\])*")|(?P<name>[^\W\d]\w*|`[^`]*`)
    |(?P<session>\$\w+)|(?P<operator>//|\*\*|==|!=|<=|>=|[-+*/%<>=()\[\],|.]))""",
    re.VERBOSE)
ESCAPES = {"n": "\n", "t": "\t"}
LEVELS = [
    ["or"], ["and"], ["not"], ["==", "!=", "<=", ">=", "<", ">", "in", "is"], ["+", "-"], ["*", "/", "//", "%"],
]


def tokens(text):
    found, position = [], 0
    while position < len(text.rstrip()):
        match = TOKEN.match(text, position)
        if match is None:
            raise ValueError(f"no token at {text[position:position + 20]!r}")
        found.append((match.lastgroup, match.group(match.lastgroup), match.start(match.lastgroup), match.end()))
        position = match.end()
    return found + [("end", "", len(text), len(text))]


class Reader:
    def __init__(self, text):
        self.text = text
        self.tokens = tokens(text)
        self.place = 0

    @property
    def word(self):
        kind, word, *_ = self.tokens[self.place]
        return word if kind in ("operator", "name") else None

    def take(self, word=None):
        token = self.tokens[self.place]
        if word is not None and token[1] != word:
            raise ValueError(f"{word} wanted, {token[1]!r} found in {self.text}")
        self.place += 1
        return token

    def accept(self, word):
        if self.word == word:
            self.place += 1
            return True
        return False

    # Expressions

    def expression(self, level=0):
        if level == 2:
            if self.accept("not"):
                return Node("unary", "not", (self.expression(2),))
            return self.expression(3)
        if level == len(LEVELS):
            return self.signed()
        left = self.expression(level + 1)
        while True:
            word = self.word
            negated = level == 3 and word == "not" and self.tokens[self.place + 1][1] == "in"
            if word not in LEVELS[level] and not negated:
                return left
            self.place += 2 if negated else 1
            if word == "is":
                negated = self.accept("not")
                self.take("null")
                left = Node("null", negated, (left,))
            elif word == "in" or negated:
                left = Node("in", negated, (left, self.expression(4)))
            else:
                left = Node("binary", word, (left, self.expression(level + 1)))

    def signed(self):
        if self.accept("-"):
            inner = self.signed()
            if inner.kind == "literal" and isinstance(inner.value, (int, float)) and not isinstance(inner.value, bool):
                return Node("literal", -inner.value)
            return Node("unary", "-", (inner,))
        base = self.primary()
        if self.accept("**"):
            return Node("binary", "**", (base, self.signed()))
        return base

    def primary(self):
        made = self.start()
        while self.accept("."):
            made = Node("field", self.take()[1].strip("`"), (made,))
        return made

    def start(self):
        kind, word, *_ = self.take()
        if kind == "number":
            word = word.replace("_", "")
            return Node("literal", int(word) if word.isdigit() else float(word))
        if kind == "text":
            return Node("literal", re.sub(r"\\(.)", lambda m: ESCAPES.get(m[1], m[1]), word[1:-1]))
        if kind == "session":
            return Node("session", word[1:])
        if word == "(":
            inner = self.expression()
            self.take(")")
            return inner
        if word == "[":
            return Node("list", None, tuple(self.several("]")))
        if word in ("true", "false", "null"):
            return Node("literal", {"true": True, "false": False, "null": None}[word])
        if word == "if":
            condition = self.expression()
            self.take("then")
            then = self.expression()
            self.take("else")
            return Node("if", None, (condition, then, self.expression()))
        if kind == "name" and self.accept("("):
            return self.call(word)
        if kind == "name":
            return Node("name", word.strip("`"))
        raise ValueError(f"{word!r} begins no expression in {self.text}")

    def call(self, function):
        if function in ("cast", "try_cast"):
            operand = self.expression()
            self.take(",")
            start, depth = self.tokens[self.place][2], 0
            while depth or self.word != ")":
                depth += {"[": 1, "]": -1}.get(self.take()[1], 0)
            written = self.text[start:self.take(")")[2]].strip()
            return Node("call", function, (operand, Node("type", written)))
        arguments = tuple(self.several(")"))
        return Node("call", function, arguments, self.window() if self.accept("over") else None)

    def several(self, end):
        found = []
        while not self.accept(end):
            found.append(self.expression())
            if not self.accept(","):
                self.take(end)
                break
        return found

    def window(self):
        if not self.accept("("):
            return [self.primary()], []
        keys, order = [], []
        while not self.accept(")"):
            if self.accept("order"):
                self.take("by")
                order = self.sort_keys()
                self.take(")")
                break
            keys.append(self.expression())
            self.accept(",")
        return keys, order

    def sort_keys(self):
        keys = []
        while True:
            key = self.expression()
            keys.append((key, self.accept("desc")))
            self.accept("asc")
            if not self.accept(","):
                return keys

    # Stages

    def stage(self):
        verb = self.take()[1]
        stage = Stage(verb, text=self.text)
        current = stage.arguments
        while self.tokens[self.place][0] != "end":
            if self.word in ("on", "agg") and current is not None and self.tokens[self.place + 1][1] not in ("=", ","):
                current = stage.clauses.setdefault(self.take()[1], [])
                continue
            if verb in OPTIONS and self.word in OPTIONS[verb] and self.tokens[self.place + 1][1] == "=":
                name = self.take()[1]
                self.take("=")
                stage.options[name] = self.take()[1].strip("`")
                self.accept(",")
                continue
            if self.word == "(" and verb in TABLES and not stage.arguments:
                stage.arguments.append((None, self.pipeline()))
                continue
            name = None
            if self.tokens[self.place][0] == "name" and self.tokens[self.place + 1][1] == "=":
                name = self.take()[1].strip("`")
                self.take("=")
            current.append((name, self.expression()))
            if self.accept("desc"):
                current[-1] = ("desc", current[-1][1])
            self.accept(",")
        return stage

    def pipeline(self):
        """A pipeline in parentheses, as its text."""
        start, depth = self.take("(")[3], 1
        while depth:
            token = self.take()
            depth += {"(": 1, ")": -1}.get(token[1] if token[0] == "operator" else "", 0)
        return self.text[start:token[2]].strip()


TABLES = {"join", "left_join", "full_join", "semi_join", "anti_join", "cross_join", "concat"}
OPTIONS = {
    "unique": {"keep"}, "explode": {"keep"}, "row_index": {"name"}, "unpivot": {"name", "value"}, "pivot": {"rows", "columns"},
    "sample": {"seed", "fraction"},
}


def expression(text):
    reader = Reader(text)
    made = reader.expression()
    if reader.tokens[reader.place][0] != "end":
        raise ValueError(f"{text} goes on after an expression")
    return made


def stage(text):
    return Reader(text).stage()


def parts(text):
    """The stages of a pipeline as texts."""
    found, depth, start = [], 0, 0
    for kind, word, first, end in tokens(text):
        if kind == "operator":
            depth += {"(": 1, "[": 1, ")": -1, "]": -1}.get(word, 0)
            if word == "|" and depth == 0:
                found.append(text[start:first].strip())
                start = end
    return found + [text[start:].strip()]
