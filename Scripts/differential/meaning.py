"""The value of an expression, computed row by row in exact numbers: it decides if polars and DuckDB disagree.

It knows Lectern's rules from LANGUAGE and DIFFERENCES. A value is a whole number, a `Decimal`, a float, a text, bytes, a
truth value, a list, or a pair of `date` (days), `time`, `datetime` or `duration` (nanoseconds) and a whole number.
"""
import re
from decimal import Decimal, getcontext
from fractions import Fraction

import calendar_rules
from casts import LOST, cast, decimal_of
from meaning_types import (
    TICKS, TypeRefusal, common, exact, finer, holds, is_decimal, is_float, is_integer, is_number, is_signed, limits, literal_type,
    parsed, written,
)

# Negating or taking the magnitude is never to round.
getcontext().prec = 400
ORDER = ["==", "!=", "<", "<=", ">", ">="]


class RowRefusal(Exception):
    """What Lectern refuses to compute in a row, as a word that its message is known by."""


class Meaning:
    def __init__(self, schema, lists=None):
        self.schema = schema
        self.lists = lists or {}
        # Names of DIFFERENCES that the value of the current row has to do with.
        self.rules = set()
        # The same for every row, known of its types.
        self.rules_of_types = set()
        self.types = {}

    # Types

    def type(self, node):
        if node not in self.types:
            self.types[node] = self.found_type(node)
        return self.types[node]

    def is_constant(self, node):
        return not node.names and node.kind != "list"

    def constant(self, node):
        return self.value(node, {}) if self.is_constant(node) else None

    def meeting(self, a, b, is_rounding=False):
        """The type two operands meet in; a constant takes the other's where that holds it."""
        for one, wanted in ((a, self.type(b)), (b, self.type(a))):
            value = self.constant(one)
            if value is None or isinstance(value, (bool, str, tuple, list)) or is_rounding and is_decimal(wanted):
                continue
            own = self.type(one)
            gives_way = is_number(wanted) if isinstance(value, int) else is_float(wanted) or is_decimal(wanted)
            if gives_way and is_decimal(wanted) and not holds(wanted, exact(value, own)):
                self.rules_of_types.add("decimals")
            if gives_way and cast(value, own, wanted, is_exact=True) is not LOST:
                return wanted
            if is_rounding and is_float(wanted) and (is_integer(own) or own == ("f64",)):
                return wanted
        left, right = self.type(a), self.type(b)
        if ("bool",) in (left, right) and left != right and ("null",) not in (left, right):
            raise TypeRefusal("bool beside another")
        found = common(left, right)
        if found is None:
            raise TypeRefusal(f"{written(left)} beside {written(right)}")
        if is_decimal(found) and is_number(left) and is_number(right) and max(digits(left), digits(right)) + found[2] > 38:
            self.rules_of_types.add("decimals")
        if found[0] in ("datetime", "duration") and left != right:
            self.rules_of_types.add("units of times")
        return found

    def common(self, nodes):
        widest = nodes[0]
        found = self.type(widest)
        for node in nodes[1:]:
            met = self.meeting(widest, node)
            if met != found:
                widest, found = Typed(node, met, self), met
        return found

    def found_type(self, node):
        p = node.parts
        match node.kind:
            case "literal": return literal_type(node.value)
            case "name": return self.schema[node.value]
            case "list":
                found = ("null",)
                for part in p:
                    found = common(found, self.type(part))
                    if found is None:
                        raise TypeRefusal("elements of several types")
                return "list", found
            case "in":
                self.note_elements(*p)
                return ("bool",)
            case "null": return ("bool",)
            case "if": return self.meeting(p[1], p[2])
            case "field": return dict(self.type(p[0])[1])[node.value]
            case "unary":
                if node.value == "not":
                    return ("bool",)
                own = self.type(p[0])
                return {"u8": ("i16",), "u16": ("i32",), "u32": ("i64",), "u64": ("i64",)}.get(own[0], own)
            case "binary":
                if node.value in ORDER:
                    self.note_meeting(*map(self.type, p))
                if node.value in ORDER or node.value in ("and", "or"):
                    return ("bool",)
                return self.arithmetic_type(node)
            case "call": return self.call_type(node)
        raise KeyError(node.kind)

    def note_elements(self, operand, elements):
        own = self.type(operand)
        for part in elements.parts if is_decimal(own) else ():
            value = self.constant(part)
            if isinstance(value, (int, float)) and not holds(own, exact(value, self.type(part))):
                self.rules_of_types.add("decimals")

    def note_meeting(self, a, b):
        """What peers do to whole columns when they bring them into one type."""
        if is_number(a) and is_number(b) and (is_decimal(a) or is_decimal(b)) and not is_float(a) and not is_float(b):
            if max(digits(a), digits(b)) + max(scale_of(a), scale_of(b)) > 38:
                self.rules_of_types.add("decimals")
        if a[0] in ("date", "datetime", "duration") and a != b and b != ("str",):
            self.rules_of_types.add("units of times")

    def arithmetic_type(self, node):
        op, (left, right) = node.value, node.parts
        a, b = self.type(left), self.type(right)
        moments = self.moment_type(op, a, b)
        if moments is not None:
            return moments
        if not (is_number(a) and is_number(b)):
            raise TypeRefusal(f"{op} of {written(a)} and {written(b)}")
        type, whole = self.meeting(left, right, is_rounding=True), is_integer(a) and is_integer(b)
        if not whole and not is_float(a) and not is_float(b) and op in ("*", "//", "%"):
            scales = [t[2] if is_decimal(t) else 0 for t in (a, b)]
            scale = {"*": sum(scales), "//": 0, "%": max(scales)}[op]
            self.rules_of_types.add("decimals")
            return ("decimal", 38, scale) if scale <= 38 else ("f64",)
        if op == "/":
            return type if type == ("f32",) else ("f64",)
        if is_decimal(type):
            if whole:
                return ("i64",)
            return ("decimal", 38, type[2]) if op in ("+", "-") else ("f64",)
        return type

    @staticmethod
    def moment_type(op, a, b):
        times = ("date", "time", "datetime", "duration")
        if a[0] not in times and b[0] not in times:
            return None
        if op == "+" and (is_integer(a) or a[0] == "duration" and b[0] == "datetime") or op == "*" and is_integer(a):
            a, b = b, a
        match a[0], op, b[0]:
            case "date", "-", "date": return ("i64",)
            case "date" | "datetime", "+" | "-", _ if is_integer(b): return a
            case "datetime", "-", "date": return "duration", a[1]
            case "date", "-", "datetime": return "duration", b[1]
            case "datetime", "-", "datetime": return "duration", finer(a[1], b[1])
            case "datetime", "+" | "-", "duration": return "datetime", finer(a[1], b[1])
            case "duration", "+" | "-", "duration": return "duration", finer(a[1], b[1])
            case "duration", "*", _ if is_integer(b): return a
            case "duration", "/", "duration": return ("f64",)
        raise TypeRefusal(f"{op} of {written(a)} and {written(b)}")

    def call_type(self, node):
        name, p = node.value, node.parts
        if name in ("cast", "try_cast"):
            return parsed(p[1].value)
        if name in ("coalesce", "least", "greatest", "clip"):
            return self.common(p)
        if name in calendar_rules.PARTS:
            return ("i32",) if name == "year" else ("i8",)
        if name == "date":
            return ("date",)
        if name == "sign" and is_decimal(self.type(p[0])):
            self.rules_of_types.add("decimals")
            return ("i8",)
        if name in ("list_contains", "is_nan"):
            return ("bool",)
        if name in ("set_intersect", "set_union", "set_difference"):
            return self.meeting(*p)
        if name in ("list_first", "list_last", "list_get", "list_min", "list_max"):
            return self.type(p[0])[1]
        if name in ("list_len", "length", "len", "count", "n_unique", "rank", "dense_rank", "row_number"):
            return ("u32",)
        if name in ("contains", "starts_with", "ends_with", "matches", "any", "all"):
            return ("bool",)
        if name in ("sqrt", "exp", "log", "log1p", "list_mean", "mean", "median", "quantile", "std", "var", "corr"):
            return ("f64",)
        if name in ("split", "list", "unique"):
            return "list", self.type(p[0])
        if name in ("sum", "list_sum", "cum_sum"):
            own = self.type(p[0])
            return ("i64",) if is_integer(own) and own != ("u64",) else own
        # abs, round, floor, ceil, sign, truncate, list_sort, …
        return self.type(p[0])

    # Values

    def value(self, node, row):
        p = node.parts
        match node.kind:
            case "literal": return node.value
            case "name":
                if self.schema[node.value] == ("duration", "ns"):
                    self.rules.add("units of times")
                return row[node.value]
            case "list":
                element = self.type(node)[1]
                return [self.converted(self.value(part, row), self.type(part), element) for part in p]
            case "null": return (self.value(p[0], row) is None) != node.value
            case "if":
                branch, other = (p[1], p[2]) if self.value(p[0], row) is True else (p[2], p[1])
                self.look_at_excluded(other, row)
                return self.converted(self.value(branch, row), self.type(branch), self.type(node))
            case "field":
                found = self.value(p[0], row)
                return None if found is None else found[node.value]
            case "in": return self.membership(node, row)
            case "unary": return self.unary(node, row)
            case "binary":
                if node.value in ("and", "or"):
                    return self.logical(node.value, p, row)
                left, right = (self.value(part, row) for part in p)
                if node.value not in ORDER:
                    self.fit_operands(node, left, right)
                if left is None or right is None:
                    return None
                if node.value in ORDER:
                    return self.compared(node.value, left, self.read_type(*p), right, self.read_type(*reversed(p)))
                return self.arithmetic(node, left, right)
            case "call": return self.call(node, row)
        raise KeyError(node.kind)

    def read_type(self, node, other):
        """A text beside a moment is read as one."""
        own, wanted = self.type(node), self.type(other)
        return ("text of", wanted) if own == ("str",) and wanted[0] in ("date", "time", "datetime") else own

    def converted(self, value, own, wanted):
        """A value where it stands beside others of a common type: it stays what it is, or is an error."""
        if value is None or own == wanted:
            return value
        found = cast(value, own, wanted, is_exact=True)
        if found is LOST or isinstance(found, list) and has_lost(found):
            self.rules.add("values of two types in one column")
            raise RowRefusal("loss")
        if is_float(own) != is_float(wanted) and abs(exact(value, own)) >= 2**53 if is_number(own) and is_number(wanted) and isinstance(exact(value, own), Fraction) else False:
            self.rules.add("values of two types in one column")
        return found

    def order(self, a, left, b, right):
        """Below, at or above zero as one value comes before another, equals it or comes after it."""
        if left[0] == "text of":
            return -self.order(b, right, a, left)
        if right[0] == "text of":
            b = calendar_rules.read(b, right[1])
            right = (b[0], "ns")
        if isinstance(a, tuple):
            a, b = (calendar_rules.nanoseconds(x) for x in (a, b))
            if ("ns" in left or "ns" in right or "us" in left + right) and max(abs(a), abs(b)) >= 2**63 or left != right:
                self.rules.add("units of times")
        elif isinstance(a, list):
            return self.list_order(a, left, b, right)
        elif isinstance(a, (int, float, Decimal)) and not isinstance(a, bool):
            self.number_rules(a, left, b, right)
            # Floats among themselves are compared as they are.
            if not (isinstance(a, float) and isinstance(b, float)) or left != right:
                a, b = exact(a, left), exact(b, right)
            places = [{"-inf": 0, "inf": 2, "nan": 3}.get(str(x), 1) for x in (a, b)]
            if places != [1, 1]:
                a, b = places
        return (a > b) - (a < b)

    def list_order(self, a, left, b, right):
        if len(a) != len(b):
            return 1
        for x, y in zip(a, b):
            if (x is None) != (y is None):
                return 1
            if x is not None and self.order(x, left[1], y, right[1]) != 0:
                return 1
        return 0

    def number_rules(self, a, left, b, right):
        for (x, own), (y, other) in (((a, left), (b, right)), ((b, right), (a, left))):
            if is_float(own) and is_decimal(other):
                self.rules.add("decimals beside floats")
            if is_float(own) and is_integer(other) and (abs(y) > 2**53 or x != x or abs(x) >= 2**53):
                self.rules.add("whole numbers beside floats")
            if own == ("f32",) and is_integer(other) and abs(y) > 2**24:
                self.rules.add("whole numbers beside floats")
            if own == ("f32",) and is_float(other):
                self.rules.add("constants beside `f32`")
            if own == ("f32",) and isinstance(y, int) and abs(y) > 2**24:
                self.rules.add("constants beside `f32`")
            if is_decimal(own) and not is_float(other) and max(digits(own), digits(other)) + max(own[2], scale_of(other)) > 38:
                self.rules.add("decimals")
            if own == ("u64",) and is_integer(other) and is_signed(other) and (y < 0 or x >= 2**63):
                self.rules.add("signs")

    def compared(self, op, a, left, b, right):
        if ("null",) in (left, right):
            return None
        order = self.order(a, left, b, right)
        return {"==": order == 0, "!=": order != 0, "<": order < 0, "<=": order <= 0, ">": order > 0, ">=": order >= 0}[op]

    def look_at_excluded(self, node, row):
        """Notes where what is not evaluated would be refused: peers may evaluate it all the same."""
        known = set(self.rules)
        try:
            self.value(node, row)
            self.rules = known
        except RowRefusal:
            self.rules = known | {"what a condition excludes"}

    def logical(self, op, parts, row):
        decisive = op == "or"
        # The right side is evaluated only where the left has not decided.
        left = self.value(parts[0], row)
        if left is decisive:
            self.look_at_excluded(parts[1], row)
            return decisive
        right = self.value(parts[1], row)
        if right is decisive:
            return decisive
        return None if left is None or right is None else not decisive

    def membership(self, node, row):
        value, list_node = self.value(node.parts[0], row), node.parts[1]
        elements = self.lists[list_node.value] if list_node.kind == "session" else None
        if elements is None and list_node.kind == "list":
            element = self.type(list_node)[1]
            elements = [(found, element) for found in self.value(list_node, row)]
        elif elements is None:
            found = self.value(list_node, row)
            if found is None:
                return None
            elements = [(element, self.type(list_node)[1]) for element in found]
        if value is None:
            return None
        own = self.type(node.parts[0])
        if any(element is None for element, _ in elements):
            self.rules.add("nulls in a list")
        is_there = False
        for element, type in elements:
            if element is None:
                continue
            if type == ("str",) and own != ("str",):
                type = ("text of", own)
            is_there |= self.order(value, own, element, type) == 0
        return is_there != node.value

    def unary(self, node, row):
        value = self.value(node.parts[0], row)
        if value is None:
            return None
        if node.value == "not":
            return not value
        return self.fitting(-value if not isinstance(value, tuple) else (value[0], -value[1]), self.type(node))

    def fitting(self, value, type):
        """The value in its type, or the refusal of one that has no room there."""
        if isinstance(value, tuple):
            kind, ticks = value
            scaled = ticks if kind in ("date", "time") else Fraction(ticks, TICKS[type[1]])
            bits = 32 if kind == "date" else 64
            if not -(2 ** (bits - 1)) <= scaled < 2 ** (bits - 1):
                raise RowRefusal("overflow")
            return value
        if not is_float(type) and not holds(type, value):
            raise RowRefusal("overflow")
        return decimal_of(value, type[2]) if is_decimal(type) else int(value) if is_integer(type) else float(value)

    def fit_operands(self, node, *operands):
        """Operands are brought into the type of the result; the factors of a product keep their own digits."""
        types, type = [self.type(part) for part in node.parts], self.type(node)
        if type[0] in ("datetime", "duration") and node.value != "*":
            for value, own in zip(operands, types):
                unit = TICKS[type[1]]
                if isinstance(value, tuple) and not -(2**63) <= calendar_rules.nanoseconds(value) // unit < 2**63:
                    raise RowRefusal("loss")
        if not all(is_integer(t) or is_decimal(t) for t in types) or not (is_integer(type) or is_decimal(type)):
            return
        whole = all(map(is_integer, types))
        wanted = type if whole else ("decimal", 38, max(map(scale_of, types))) if node.value != "*" else None
        if wanted and any(x is not None and not holds(wanted, x) for x in operands):
            raise RowRefusal("loss")

    def arithmetic(self, node, a, b):
        op, type = node.value, self.type(node)
        left, right = (self.type(part) for part in node.parts)
        if isinstance(a, tuple) or isinstance(b, tuple):
            if not isinstance(b, tuple) and abs(b) > 10**7:
                self.rules.add("overflow")
            if len({*left[1:], *right[1:]}) > 1 or "ns" in left + right:
                self.rules.add("units of times")
            return calendar_rules.arithmetic(op, a, left, b, right, type, self.fitting, RowRefusal)
        if is_float(type):
            return self.floating(op, a, left, b, right, type)
        a, b = Fraction(a), Fraction(b)
        if op in ("//", "%") and b == 0:
            raise RowRefusal("division by zero")
        found = {"+": lambda: a + b, "-": lambda: a - b, "*": lambda: a * b, "//": lambda: Fraction(a // b),
                 "%": lambda: a - (a // b) * b}[op]()
        if is_decimal(type):
            self.rules.add("decimals")
        return self.fitting(found, type)

    def refused_constant(self, node):
        """A constant that the type it meets has no room for is refused whatever the rows."""
        for part in node.all():
            if part.kind == "list":
                wanted = self.type(part)[1]
                if any(cast(self.constant(one), self.type(one), wanted, is_exact=True) is LOST for one in part.parts):
                    return True
            if part.kind == "if" or part.kind == "call" and part.value in ("coalesce", "least", "greatest", "clip"):
                operands = part.parts[1:] if part.kind == "if" else part.parts
                known = [(self.constant(operand), self.type(operand)) for operand in operands]
                wanted = self.type(part)
                if any(v is not None and cast(v, own, wanted, is_exact=True) is LOST for v, own in known if is_number(own)):
                    return True
            if part.kind != "binary" or part.value not in ("+", "-", "//", "%"):
                continue
            types = [self.type(operand) for operand in part.parts]
            if not any(map(is_decimal, types)) or any(map(is_float, types)) or not all(map(is_number, types)):
                continue
            wanted = ("decimal", 38, max(map(scale_of, types)))
            for operand in part.parts:
                value = self.constant(operand)
                if value is not None and not holds(wanted, value):
                    return True
        return False

    def floating(self, op, a, left, b, right, type):
        if is_decimal(left) or is_decimal(right):
            self.rules.add("decimals")
        # The nearest float to the number.
        a, b = float(a), float(b)
        try:
            match op:
                case "+": found = a + b
                case "-": found = a - b
                case "*": found = a * b
                case "/": found = divided(a, b)
                case "//": found = floored(a, b)
                case "%": found = remainder(a, b)
                case "**": found = a**b
        except OverflowError:
            found = float("inf")
        return found

    def call(self, node, row):
        name, p, type = node.value, node.parts, self.type(node)
        if name in ("cast", "try_cast"):
            return self.cast(node, row)
        if name == "coalesce":
            for part in p:
                value = self.value(part, row)
                found = self.converted(value, self.type(part), type)
                if value is not None:
                    return found
            return None
        values = [self.value(part, row) for part in p]
        if name in ("least", "greatest"):
            known = [self.converted(v, self.type(n), type) for v, n in zip(values, p)]
            known = [v for v in known if v is not None]
            best = known[0] if known else None
            for other in known[1:]:
                sign = self.order(other, type, best, type)
                nan = other != other or best != best
                if nan:
                    self.rules.add("NaN in least and greatest")
                if sign < 0 if name == "least" else sign > 0:
                    best = other
            return best
        if values[0] is None:
            return None
        value = values[0]
        match name:
            case "length": return len(value)
            case "list_len": return len(value)
            case "abs":
                return self.fitting(abs(value), type)
            case "sign":
                sign = (value > 0) - (value < 0)
                return value * 0 if value != value else float(sign) if isinstance(value, float) else sign
            case "round" | "floor" | "ceil": return self.rounded(name, value, values[1] if len(values) > 1 else 0, type)
            case "clip":
                if None in values[1:]:
                    return None
                value, low, high = (self.converted(v, self.type(n), type) for v, n in zip(values, p))
                if self.order(value, type, low, type) < 0:
                    value = low
                return high if self.order(value, type, high, type) > 0 else value
            case "list_contains":
                if values[1] is None:
                    return None
                return any(
                    e is not None and self.order(e, self.type(p[0])[1], values[1], self.type(p[1])) == 0 for e in value)
            case "date" if len(values) == 3:
                return calendar_rules.read("{:04}-{:02}-{:02}".format(*values), ("date",))
            case "matches": return re.search(values[1], value) is not None
            case "truncate" | "date": return calendar_rules.call(name, value, values[1:], type, RowRefusal)
        if name in calendar_rules.PARTS:
            if abs(calendar_rules.nanoseconds(value)) >= 2**63:
                self.rules.add("units of times")
            return calendar_rules.part(name, value)
        raise KeyError(name)

    def rounded(self, name, value, digits, type):
        if isinstance(value, float):
            raise KeyError("floats are rounded elsewhere")
        if digits >= (type[2] if is_decimal(type) else 0):
            return value
        self.rules.add("`round`")
        step = Fraction(10) ** -digits
        count, rest = divmod(Fraction(value), step)
        half = rest * 2
        up = rest > 0 if name == "ceil" else name == "round" and (half > step or half == step and count % 2 == 1)
        return self.fitting((count + up) * step, type)

    def cast(self, node, row):
        value, own, wanted = self.value(node.parts[0], row), self.type(node.parts[0]), self.type(node)
        if value is None or own == wanted:
            return value
        if not can_become(own, wanted):
            raise TypeRefusal(f"{written(own)} as {written(wanted)}")
        found = cast(value, own, wanted, notes=self.rules)
        lost = found is LOST or has_lost(found)
        if lost:
            self.rules.add("casts of lists and structs" if own[0] == "list" else "casts that lose")
            if node.value == "cast":
                raise RowRefusal("loss")
        return without_lost(found)


class Typed:
    """An operand in the type that it has come to."""

    def __new__(cls, node, type, meaning):
        from syntax import Node

        made = Node("typed", type, (node,))
        meaning.types[made] = type
        return made


def has_lost(value):
    return any(v is LOST or isinstance(v, list) and has_lost(v) for v in value) if isinstance(value, list) else False


def without_lost(value):
    if value is LOST:
        return None
    return [without_lost(v) for v in value] if isinstance(value, list) else value


def can_become(own, wanted):
    if own == ("null",) or own == wanted:
        return True
    if own[0] == wanted[0] == "list":
        return can_become(own[1], wanted[1])
    if "list" in (own[0], wanted[0]) or "struct" in (own[0], wanted[0]) or wanted == ("null",):
        return False
    if ("str",) in (own, wanted):
        return True
    if ("binary",) in (own, wanted):
        return False
    if ("bool",) in (own, wanted):
        return is_number(own) or is_number(wanted)
    if is_number(own) and is_number(wanted):
        return True
    times = ("date", "time", "datetime", "duration")
    if own[0] in times and wanted[0] in times:
        return (own[0], wanted[0]) in {
            ("date", "datetime"), ("datetime", "date"), ("datetime", "time"), ("datetime", "datetime"), ("duration", "duration")}
    return own[0] in times and is_integer(wanted) or is_integer(own) and wanted[0] in times


def divided(a, b):
    if b == 0:
        return float("nan") if a == 0 or a != a else float("inf") if (a > 0) == (str(b)[0] != "-") else float("-inf")
    return a / b


def floored(a, b):
    import math

    found = divided(a, b)
    return math.floor(found) + 0.0 if math.isfinite(found) else found


def remainder(a, b):
    import math

    if b == 0 or math.isinf(a) or a != a or b != b:
        return float("nan")
    return a % b


def scale_of(type):
    return type[2] if is_decimal(type) else 0


def digits(type):
    """How many digits a number of a type may have before its point."""
    return type[1] - type[2] if is_decimal(type) else len(str(limits(type)[1]))
