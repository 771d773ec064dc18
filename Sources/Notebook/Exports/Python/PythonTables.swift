/// What is done with tables, where polars has no method.
enum PythonTables {
  static let schema = #"""
    def type_name(dtype):
        """A type as Lectern calls it."""
        if dtype == pl.List:
            return f"list[{type_name(dtype.inner)}]"
        if dtype in (pl.Datetime, pl.Duration):
            return f"{'datetime' if dtype == pl.Datetime else 'duration'}[{dtype.time_unit}]"
        short = {"String": "str", "Boolean": "bool", "Date": "date", "Time": "time", "Null": "null"}
        name = str(dtype)
        for long, letter in [("UInt", "u"), ("Int", "i"), ("Float", "f")]:
            if name.startswith(long):
                return letter + name[len(long):]
        return short.get(name, name.lower())


    def schema(table):
        """A row for each column: name, type, number of nulls."""
        return pl.DataFrame({
            "column": table.columns,
            "type": [type_name(dtype) for dtype in table.dtypes],
            "nulls": [column.null_count() for column in table],
        })
    """#

  static let describe = #"""
    def describe(table):
        """A row for each column: type, counts, mean, spread, quartiles, extremes, most frequent value."""
        def row(column):
            known = column.drop_nulls()
            numbers = known if column.dtype.is_numeric() else None
            measured = numbers is not None and len(numbers) > 0
            quantile = lambda q: float(numbers.quantile(q, "linear")) if measured else None
            ordered = len(known) > 0 and not column.dtype.is_nested()
            return {
                "column": column.name, "type": type_name(column.dtype), "count": len(known),
                "nulls": column.null_count(), "mean": float(numbers.mean()) if measured else None,
                "std": numbers.std() if measured else None, "min": str(known.min()) if ordered else None,
                "q25": quantile(0.25), "median": quantile(0.5), "q75": quantile(0.75),
                "max": str(known.max()) if ordered else None, "distinct": known.n_unique(),
                "most_frequent": str(known.mode().sort()[0]) if ordered else None,
            }
        return pl.DataFrame([row(column) for column in table], infer_schema_length=None)
    """#

  static let ntile = #"""
    def ntile(n):
        """The number of the part from 1 to n, of which the first are a row larger."""
        row, size, larger = pl.int_range(pl.len()), pl.len() // n, pl.len() % n
        border = larger * (size + 1)
        part = pl.when(row < border).then(row // (size + 1)).otherwise(larger + (row - border) // size)
        return (part + 1).cast(pl.UInt32)
    """#

  static let sample = #"""
    def sample(table, n=None, fraction=None, seed=0):
        """The first rows of numpy's permutation, in its order."""
        size = n if n is not None else round(fraction * table.height)
        return table[np.random.RandomState(seed).permutation(table.height)[:size]]
    """#

  static let sampleGroups = #"""
    def sample_groups(table, by, n=None, fraction=None, seed=0):
        """All rows of groups that are drawn by numpy's permutation."""
        groups = table.select(by).unique(maintain_order=True)
        size = n if n is not None else round(fraction * groups.height)
        chosen = groups[np.random.RandomState(seed).permutation(groups.height)[:size]]
        return table.join(chosen, on=by, how="semi", nulls_equal=True)
    """#

  static let splitRandom = #"""
    def split_random(table, test=0.2, seed=0, order="drawn"):
        """The first rows of numpy's permutation to learn from, the others to test on, as Surprise draws them."""
        drawn = np.random.RandomState(seed).permutation(table.height)
        size = table.height - int(np.ceil(test * table.height) if test < 1 else test)
        parts = drawn[:size], drawn[size:]
        return [table[np.sort(part) if order == "table" else part] for part in parts]
    """#

  static let splitFolds = #"""
    def split_folds(table, n=5, seed=0, by=None, order="drawn"):
        """Parts of equal size, drawn by numpy's permutation: of rows, or of the values of a column with all their rows."""
        values = None if by is None else table[by].drop_nulls().unique().sort()
        drawn = np.random.RandomState(seed).permutation(table.height if by is None else len(values))
        parts = np.array_split(drawn, n)
        if by is not None:
            return [table.filter(pl.col(by).is_in(values[part].to_list())) for part in parts]
        return [table[np.sort(part) if order == "table" else part] for part in parts]
    """#

  static let splitLast = #"""
    def split_last(table, n=1, user="user_id", time=None):
        """The last rows of each user to test on; users with no more than n rows stay."""
        rows = table.drop_nulls(user)
        place = pl.int_range(1, pl.len() + 1) if time is None else pl.col(time).rank("ordinal")
        is_last = ((pl.len() - place < n) & (pl.len() > n)).over(user)
        return rows.filter(~is_last), rows.filter(is_last)
    """#

  static let splitBaskets = #"""
    def split_baskets(table, n=1, user="user_id", time="date"):
        """The last baskets of each user to test on; users with no more than n baskets stay."""
        rows = table.drop_nulls([user, time])
        from_last = pl.col(time).rank("dense", descending=True)
        is_last = ((from_last <= n) & (pl.col(time).n_unique() > n)).over(user)
        return rows.filter(~is_last), rows.filter(is_last)
    """#

  static let splitUsers = #"""
    def split_users(table, test=0.2, seed=0, user="user_id", hold=None, time=None):
        """Users drawn by numpy's permutation to test on, with all their rows. With `hold`, the last part of their rows
        is parted from what a model is given."""
        rows = table.drop_nulls(user)
        users = rows[user].unique().sort()
        size = int(np.ceil(test * len(users)) if test < 1 else test)
        drawn = users[np.random.RandomState(seed).permutation(len(users))[len(users) - size:]]
        is_tested = pl.col(user).is_in(drawn.to_list())
        if hold is None:
            return rows.filter(~is_tested), rows.filter(is_tested)
        place = pl.int_range(1, pl.len() + 1) if time is None else pl.col(time).rank("ordinal")
        is_last = place > pl.len() - pl.min_horizontal(pl.len() - 1, (hold * pl.len()).ceil())
        # A user with a single row stays.
        is_tested, is_last = is_tested & (pl.len() > 1).over(user), is_last.over(user)
        return rows.filter(~is_tested), rows.filter(is_tested & ~is_last), rows.filter(is_tested & is_last)
    """#

  static let splitTime = #"""
    def split_time(table, *moments, time="date"):
        """The rows before the first moment, from it to the next, and so on."""
        rows = table.drop_nulls(time)
        number = pl.sum_horizontal(pl.col(time) >= moment for moment in moments)
        return [rows.filter(number == part) for part in range(len(moments) + 1)]
    """#

  static let checked = #"""
    def checked(table, claim, message="the claim does not hold", roughly=False):
        """The table, if a claim is true of all of its rows. A claim about what is only nearly the same may fail."""
        holds = table.height > 0 and table.select(claim.fill_null(False).all()).item()
        if roughly and not holds:
            print(f"not so here: {message}")
        else:
            assert holds, message
        return table
    """#

  static let links = #"""
    def links(items, names=None, column="product_id", template="https://www.ozon.ru/product/{id}"):
        """A line an item: its place, its name, its address."""
        items = items if isinstance(items, list) else items[column]
        known = {} if names is None else dict(names.select(column, "name").iter_rows())
        for place, item in enumerate(items, start=1):
            print(f"{place:>2}. {known.get(item, item)}  {template.replace('{id}', str(item))}")
    """#

  static let linksOfUser = #"""
    def links_of_user(table, user, model=None, names=None, column="product_id", truth="ids"):
        """The lists of one user side by side: ✓ marks what the user had later, · what the user had before."""
        row = table.row(by_predicate=pl.col("user_id") == user, named=True)
        later = row.get(truth) or []
        before = [] if model is None else model.data.items[model.data.had(user)].tolist()
        known = {} if names is None else dict(names.select(column, "name").iter_rows())

        def shown(item):
            if item is None:
                return ""
            return ("✓" if item in later else " ") + ("·" if item in before else " ") + f" {known.get(item, item)}"

        lists = {title.removesuffix("_recs"): row[title] or [] for title in row if title.endswith("_recs")}
        print("     " + " ".join(f"   {title:<29}" for title in lists))
        for rank, items in enumerate(itertools.zip_longest(*lists.values()), start=1):
            print(f"{rank:>3}. " + " ".join(f"{shown(item):<32.32}" for item in items))
        for mark, title, items in [("✓", "later", later), ("·", "before", before)]:
            print(f"{mark} {title} ({len(items)}): " + "; ".join(str(known.get(item, item)) for item in items))
    """#
}
