"""Random expressions, each as Lectern's text and as a polars expression."""
import polars as pl
from tables import DAY, WORDS, Column


class Expression:
    def __init__(self, text, polars, column):
        self.text = text
        self.polars = polars
        self.column = column

    @property
    def kind(self):
        return self.column.kind


def quoted(text):
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def literal(rng, kind):
    if kind == "int":
        value = rng.randint(-9, 9)
        return Expression(f"({value})" if value < 0 else str(value), pl.lit(value), Column("int", nulls=False))
    if kind == "float":
        value = rng.randint(-20, 20) / 4
        return Expression(f"({value})" if value < 0 else str(value), pl.lit(value), Column("float", nulls=False))
    if kind == "str":
        value = rng.choice(WORDS)
        return Expression(quoted(value), pl.lit(value), Column("str", nulls=False))
    if kind == "bool":
        value = rng.random() < 0.5
        return Expression(str(value).lower(), pl.lit(value), Column("bool", nulls=False))
    if kind == "date":
        return Expression("date(2024, 2, 29)", pl.lit(DAY.replace(day=29)), Column("date", nulls=False))
    raise KeyError(kind)


class Expressions:
    """Makes expressions over the columns of a table."""

    def __init__(self, rng, columns):
        self.rng = rng
        self.columns = columns

    def having(self, *kinds, **wanted):
        return [
            name
            for name, column in self.columns.items()
            if column.kind in kinds and all(getattr(column, key) == value for key, value in wanted.items())
        ]

    def column(self, *kinds, **wanted):
        names = self.having(*kinds, **wanted)
        if not names:
            return None
        name = self.rng.choice(names)
        return Expression(name, pl.col(name), self.columns[name])

    def any(self, depth=2):
        """An expression of some kind, never a bare column."""
        makers = [
            self.arithmetic, self.number, self.real, self.condition, self.text, self.moment, self.choice, self.several,
            self.made_date, self.power,
        ]
        for _ in range(20):
            made = self.rng.choice(makers)(depth)
            if made is not None:
                return made
        return literal(self.rng, "int")

    # Numbers

    def small_int(self, depth):
        rng = self.rng
        if depth > 0 and rng.random() < 0.4:
            return self.arithmetic(depth - 1) or self.column("int", small=True)
        return self.column("int", small=True) if rng.random() < 0.8 else literal(rng, "int")

    def arithmetic(self, depth):
        """Whole numbers; small ones, so that nothing overflows (DIFFERENCES: overflow)."""
        rng = self.rng
        left, right = self.small_int(depth), self.small_int(depth)
        if left is None or right is None:
            return None
        if not (isinstance_column(left) or isinstance_column(right)):
            left = self.column("int", small=True) or left
        operation = rng.choice(["+", "-", "*", "//", "%"])
        # An unsigned column minus something goes below zero (DIFFERENCES: overflow).
        wide = [Expression(f"cast({e.text}, i64)", e.polars.cast(pl.Int64), e.column) for e in (left, right)]
        left, right = wide
        if operation in ("//", "%"):
            divisor = rng.choice([-7, -3, -1, 1, 2, 3, 10])
            right = Expression(f"({divisor})", pl.lit(divisor), Column("int", nulls=False))
            polars = left.polars // right.polars if operation == "//" else left.polars % right.polars
        else:
            polars = {"+": left.polars + right.polars, "-": left.polars - right.polars, "*": left.polars * right.polars}[
                operation
            ]
        small = operation != "*" or depth < 1
        nulls = left.column.nulls or right.column.nulls
        return Expression(f"({left.text} {operation} {right.text})", polars, Column("int", small=small and depth > 0, nulls=nulls))

    def number(self, depth):
        """Functions of whole numbers, extreme ones too."""
        rng = self.rng
        operand = self.column("int")
        if operand is None:
            return None
        kept = operand.column.but(unique=False)
        which = rng.choice(["sign", "clip", "coalesce", "least", "greatest", "cast", "negate", "abs"])
        if which == "sign":
            return Expression(f"sign({operand.text})", operand.polars.sign(), kept.but(small=True))
        if which == "clip":
            return Expression(f"clip({operand.text}, 1, 5)", operand.polars.clip(1, 5), kept.but(small=True))
        if which == "coalesce":
            return Expression(f"coalesce({operand.text}, 0)", pl.coalesce(operand.polars, 0), kept.but(nulls=False))
        if which in ("least", "greatest"):
            other = self.column("int")
            pair = [e.polars.cast(pl.Int64) for e in (operand, other)]
            polars = pl.min_horizontal(pair) if which == "least" else pl.max_horizontal(pair)
            small = operand.column.small and other.column.small
            return Expression(
                f"{which}(cast({operand.text}, i64), cast({other.text}, i64))", polars, Column("int", small=small)
            )
        if which == "cast":
            return Expression(f"cast({operand.text}, str)", operand.polars.cast(pl.String), Column("str"))
        if not operand.column.small:
            return None
        wide = operand.polars.cast(pl.Int64)
        if which == "negate":
            return Expression(f"-cast({operand.text}, i64)", -wide, kept)
        return Expression(f"abs(cast({operand.text}, i64))", wide.abs(), kept)

    def several(self, depth):
        """The least, the greatest, the first known of three."""
        rng = self.rng
        kind = rng.choice(["int", "str", "date"])
        operands = [self.column(kind, small=True) or literal(rng, kind) for _ in range(2)] + [literal(rng, kind)]
        which = rng.choice(["least", "greatest", "coalesce"])
        texts, polars = [o.text for o in operands], [o.polars for o in operands]
        if kind == "int":
            texts, polars = [f"cast({text}, i64)" for text in texts], [p.cast(pl.Int64) for p in polars]
        if not any(isinstance_column(o) for o in operands):
            return None
        call = {"least": pl.min_horizontal, "greatest": pl.max_horizontal, "coalesce": pl.coalesce}[which]
        if kind == "str" and which != "coalesce":
            return None
        return Expression(f"{which}({', '.join(texts)})", call(polars), Column(kind, nulls=False))

    def made_date(self, depth):
        """A date of whole numbers that stay within a month."""
        operand = self.column("int", small=True)
        if operand is None:
            return None
        wide = operand.polars.cast(pl.Int64)
        part = lambda n: f"cast({operand.text}, i64) % {n} + 1"
        made = pl.date(2023, wide % 12 + 1, wide % 28 + 1)
        return Expression(f"date(2023, {part(12)}, {part(28)})", made, Column("date"))

    def power(self, depth):
        """Powers that are exact: of small whole numbers, and of halves."""
        operand = self.column("int", small=True)
        if operand is None:
            return None
        wide = operand.polars.cast(pl.Int64) % 10
        if self.rng.random() < 0.5:
            n = self.rng.randint(0, 4)
            return Expression(f"(cast({operand.text}, i64) % 10) ** {n}", wide**n, Column("int", small=False))
        return Expression(f"0.5 ** (cast({operand.text}, i64) % 10)", pl.lit(0.5) ** wide, Column("float"))

    def real(self, depth):
        rng = self.rng
        operand = self.column("float") if rng.random() < 0.7 else self.column("int", small=True)
        if operand is None:
            return None
        float_operand = operand.polars.cast(pl.Float64)
        which = rng.choice(
            ["/", "+", "*", "//", "%", "round", "floor", "ceil", "sqrt", "exp", "log", "log1p", "abs", "sign", "is_nan"]
        )
        real = Column("float", nans=True)
        cast = f"cast({operand.text}, f64)"
        if which in ("/", "+", "*", "//", "%"):
            other = self.column("float") or literal(rng, "float")
            left, right = float_operand, other.polars
            polars = {
                "/": lambda: left / right,
                "+": lambda: left + right,
                "*": lambda: left * right,
                "//": lambda: (left / right).floor(),
                "%": lambda: left % right,
            }[which]()
            if which == "%":
                # DIFFERENCES: remainders of huge numbers
                divisor = rng.choice([0.5, 2.0, -1.5])
                cast = f"(if abs({cast}) < 1e15 then {cast} else 1.0)"
                left = pl.when(left.abs() < 1e15).then(left).otherwise(1.0)
                return Expression(
                    f"({cast} % ({divisor}))", left % divisor, real
                )
            return Expression(f"({cast} {which} {other.text})", polars, real)
        if which == "round":
            digits = rng.choice([0, 1])
            return Expression(f"round({cast}, {digits})", float_operand.round(digits), real)
        if which == "is_nan":
            return Expression(f"is_nan({cast})", float_operand.is_nan(), Column("bool"))
        method = {"floor": "floor", "ceil": "ceil", "sqrt": "sqrt", "exp": "exp", "log": "log", "log1p": "log1p", "abs": "abs", "sign": "sign"}
        return Expression(f"{which}({cast})", getattr(float_operand, method[which])(), real)

    # Truth

    def condition(self, depth):
        rng = self.rng
        if depth > 0 and rng.random() < 0.4:
            left, right = self.condition(depth - 1), self.condition(depth - 1)
            which = rng.choice(["and", "or", "not"])
            if left is None or right is None:
                return left
            if which == "not":
                return Expression(f"(not {left.text})", ~left.polars, Column("bool"))
            polars = left.polars & right.polars if which == "and" else left.polars | right.polars
            return Expression(f"({left.text} {which} {right.text})", polars, Column("bool"))
        which = rng.choice(["compare", "compare", "compare", "in", "null", "bool", "text"])
        if which == "compare":
            return self.comparison()
        if which == "in":
            operand = self.column("int", "str")
            if operand is None:
                return None
            values = [literal(rng, operand.kind) for _ in range(rng.randint(1, 4))]
            negated = rng.random() < 0.4
            listed = ", ".join(value.text for value in values)
            wanted = pl.any_horizontal([operand.polars == value.polars for value in values])
            return Expression(
                f"({operand.text} {'not ' if negated else ''}in [{listed}])", ~wanted if negated else wanted, Column("bool")
            )
        if which == "null":
            operand = self.column("int", "float", "str", "bool", "date", "moment", "list")
            negated = rng.random() < 0.5
            polars = operand.polars.is_not_null() if negated else operand.polars.is_null()
            return Expression(f"({operand.text} is {'not ' if negated else ''}null)", polars, Column("bool", nulls=False))
        if which == "text":
            return self.text_test()
        return self.column("bool")

    def comparison(self):
        rng = self.rng
        operation = rng.choice(["==", "!=", "<", "<=", ">", ">="])
        left = self.column("int", "float", "str", "bool", "date", "moment")
        if left is None:
            return None
        kind = left.kind
        if kind == "bool":
            operation = rng.choice(["==", "!="])
        right = None
        if rng.random() < 0.5:
            right = self.column("int", "float") if kind in ("int", "float") else self.column(kind)
        if right is None:
            if kind == "moment":
                right = Expression('"2024-02-28 12:00:00"', pl.lit("2024-02-28 12:00:00").str.to_datetime(time_unit="us"), left.column)
            elif kind == "date" and rng.random() < 0.5:
                right = Expression('"2024-03-01"', pl.lit("2024-03-01").str.to_date(), left.column)
            else:
                right = literal(rng, kind)
        compare = {
            "==": lambda a, b: a == b,
            "!=": lambda a, b: a != b,
            "<": lambda a, b: a < b,
            "<=": lambda a, b: a <= b,
            ">": lambda a, b: a > b,
            ">=": lambda a, b: a >= b,
        }[operation]
        return Expression(f"({left.text} {operation} {right.text})", compare(left.polars, right.polars), Column("bool"))

    def choice(self, depth):
        condition = self.condition(depth - 1) if depth > 0 else None
        if condition is None:
            return None
        kind = self.rng.choice(["int", "float", "str", "bool", "date"])
        branches = [
            self.column(kind) if self.rng.random() < 0.6 else literal(self.rng, kind) for _ in range(2)
        ]
        branches = [branch or literal(self.rng, kind) for branch in branches]
        texts, polars = [b.text for b in branches], [b.polars for b in branches]
        if kind == "int":
            texts = [f"cast({text}, i64)" for text in texts]
            polars = [branch.cast(pl.Int64) for branch in polars]
        small = all(branch.column.small for branch in branches)
        nans = any(branch.column.nans for branch in branches)
        return Expression(
            f"(if {condition.text} then {texts[0]} else {texts[1]})",
            pl.when(condition.polars).then(polars[0]).otherwise(polars[1]),
            Column(kind, small=small, nans=nans),
        )

    # Text

    def text(self, depth):
        rng = self.rng
        operand = self.column("str")
        if operand is None:
            return None
        p = operand.polars
        which = rng.choice(
            ["lower", "upper", "length", "replace", "slice", "trim", "concat", "split", "extract", "test", "try_cast"]
        )
        if which == "lower":
            return Expression(f"lower({operand.text})", p.str.to_lowercase(), Column("str"))
        if which == "upper":
            return Expression(f"upper({operand.text})", p.str.to_uppercase(), Column("str"))
        if which == "length":
            return Expression(f"length({operand.text})", p.str.len_chars(), Column("int"))
        if which == "replace":
            old, new = rng.choice([("а", "о"), ("a", ""), ("щука", "я"), ("-", "--")])
            return Expression(
                f"replace({operand.text}, {quoted(old)}, {quoted(new)})", p.str.replace_all(old, new, literal=True), Column("str")
            )
        if which == "slice":
            start, count = rng.randint(-4, 4), rng.randint(0, 4)
            return Expression(f"slice({operand.text}, {start}, {count})", p.str.slice(start, count), Column("str"))
        if which == "trim":
            return Expression(f"trim({operand.text})", p.str.strip_chars(), Column("str"))
        if which == "concat":
            other = self.column("str", "int") or literal(rng, "str")
            return Expression(
                f"concat({operand.text}, \"/\", {other.text})",
                pl.concat_str([p, pl.lit("/"), other.polars.cast(pl.String)]),
                Column("str"),
            )
        if which == "split":
            separator = rng.choice([" ", "-", "щ"])
            return Expression(f"split({operand.text}, {quoted(separator)})", p.str.split(separator), Column("list"))
        if which == "extract":
            pattern = rng.choice(["([а-я])[а-я]", "^(.)(.)", "([0-9]+)", r"(\w+)-", "(?i)(Ч).й"])
            return Expression(f"extract({operand.text}, {quoted(pattern)}, 1)", p.str.extract(pattern, 1), Column("str"))
        if which == "try_cast":
            return Expression(f"try_cast({operand.text}, i64)", p.cast(pl.Int64, strict=False), Column("int"))
        return self.text_test()

    def text_test(self):
        rng = self.rng
        operand = self.column("str")
        if operand is None:
            return None
        which = rng.choice(["contains", "starts_with", "ends_with", "matches"])
        part = rng.choice(["а", "a", "щука", "Ё", ""])
        p = operand.polars.str
        if which == "matches":
            pattern = rng.choice(["^[a-zа-я]+$", "(ч|к)..", "[0-9]", "^$", r"\bа", r"(?i)ЁЛКА", r"^\s*a", r"\d{1,2}$", "^.$"])
            return Expression(f"matches({operand.text}, {quoted(pattern)})", p.contains(pattern), Column("bool"))
        polars = {
            "contains": lambda: p.contains(part, literal=True),
            "starts_with": lambda: p.starts_with(part),
            "ends_with": lambda: p.ends_with(part),
        }[which]()
        return Expression(f"{which}({operand.text}, {quoted(part)})", polars, Column("bool"))

    # Dates

    def moment(self, depth):
        rng = self.rng
        operand = self.column("date", "moment")
        if operand is None:
            return None
        p = operand.polars
        which = rng.choice(["part", "part", "truncate", "shift", "difference", "date", "hour"])
        if which == "part":
            name = rng.choice(["year", "month", "day", "weekday", "week"])
            return Expression(f"{name}({operand.text})", getattr(p.dt, name)(), Column("int"))
        if which == "truncate":
            every = rng.choice(["1d", "1w", "1mo", "1q", "1y", "2d", "3mo"])
            if operand.kind == "moment":
                every = rng.choice([every, "1h", "15m", "6h"])
            return Expression(f'truncate({operand.text}, "{every}")', p.dt.truncate(every), operand.column.but(unique=False))
        if which == "hour" and operand.kind == "moment":
            return Expression(f"hour({operand.text})", p.dt.hour(), Column("int"))
        if which == "date" and operand.kind == "moment":
            return Expression(f"date({operand.text})", p.dt.date(), Column("date"))
        days = rng.randint(-40, 40)
        if which == "shift" and operand.kind == "date":
            sign = "+" if days >= 0 else "-"
            return Expression(f"({operand.text} {sign} {abs(days)})", p + pl.duration(days=days), Column("date"))
        if which == "difference" and operand.kind == "date":
            return Expression(
                f"({operand.text} - date(2024, 1, 1))", (p - pl.lit(DAY.replace(month=1, day=1))).dt.total_days(), Column("int")
            )
        return None


def isinstance_column(expression):
    return expression.text.isidentifier()
