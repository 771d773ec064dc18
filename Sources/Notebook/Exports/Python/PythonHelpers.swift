/// Python helper functions, written at the start of a notebook if it needs them.
enum PythonHelper: Int, CaseIterable {
  case schema, describe, sample, sampleGroups, splitRandom, checked, interactions, weights, popular, random, blend,
    ease, als, bpr, neighbors, pureSVD, walks, slim, recommend, lists, metrics, catalogue, compare, tune, explain,
    surprise, ratingMetrics, links

  /// The helpers that this helper calls.
  var needed: Set<PythonHelper> {
    switch self {
    case .describe: [.schema]
    case .popular, .random, .ease, .als, .bpr: [.interactions, .recommend]
    case .neighbors, .pureSVD, .walks, .slim: [.interactions, .recommend, .weights]
    case .compare: [.metrics]
    case .tune: [.metrics, .lists]
    case .blend: [.recommend]
    case .lists: [.recommend]
    default: []
    }
  }

  var modules: Set<PythonNeeds.Module> {
    switch self {
    case .sample, .sampleGroups, .splitRandom, .popular, .random, .ease, .recommend, .lists, .metrics:
      [.polars, .numpy]
    case .interactions, .weights: [.polars, .numpy, .scipy]
    case .als: [.polars, .numpy, .copying, .implicitALS]
    case .bpr: [.numpy, .implicitBPR]
    case .neighbors: [.numpy, .scipy, .implicitNeighbors]
    case .pureSVD: [.numpy, .svds]
    case .walks: [.numpy, .scipy]
    case .slim: [.numpy, .scipy, .elasticNet]
    case .surprise: [.polars, .surprise]
    case .compare: [.polars, .numpy, .combinations]
    case .tune: [.polars, .combinations, .clock]
    case .explain, .catalogue, .ratingMetrics: [.polars, .numpy]
    default: [.polars]
    }
  }

  var source: String {
    switch self {
    case .schema:
      """
      def type_name(dtype):
          \"\"\"A type as Lectern calls it.\"\"\"
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
          \"\"\"A row for each column: name, type, number of nulls.\"\"\"
          return pl.DataFrame({
              "column": table.columns,
              "type": [type_name(dtype) for dtype in table.dtypes],
              "nulls": [column.null_count() for column in table],
          })
      """
    case .describe:
      """
      def describe(table):
          \"\"\"A row for each column: type, counts, mean, spread, quartiles, extremes, most frequent value.\"\"\"
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
      """
    case .sample:
      """
      def sample(table, n=None, fraction=None, seed=0):
          \"\"\"The first rows of numpy's permutation, in its order.\"\"\"
          size = n if n is not None else round(fraction * table.height)
          return table[np.random.RandomState(seed).permutation(table.height)[:size]]
      """
    case .sampleGroups:
      """
      def sample_groups(table, by, n=None, fraction=None, seed=0):
          \"\"\"All rows of groups that are drawn by numpy's permutation.\"\"\"
          groups = table.select(by).unique(maintain_order=True)
          size = n if n is not None else round(fraction * groups.height)
          chosen = groups[np.random.RandomState(seed).permutation(groups.height)[:size]]
          return table.join(chosen, on=by, how="semi", nulls_equal=True)
      """
    case .splitRandom:
      """
      def split_random(table, test=0.2, seed=0):
          \"\"\"The first rows of numpy's permutation to learn from, the others to test on, as Surprise draws them.\"\"\"
          order = np.random.RandomState(seed).permutation(table.height)
          size = table.height - int(np.ceil(test * table.height))
          return table[order[:size]], table[order[size:]]
      """
    case .checked:
      """
      def checked(table, claim, message="the claim does not hold"):
          \"\"\"The table, if a claim is true of all of its rows.\"\"\"
          assert table.height > 0 and table.select(claim.fill_null(False).all()).item(), message
          return table
      """
    case .interactions: PythonModels.interactions
    case .popular: PythonModels.popular
    case .random: PythonModels.random
    case .blend: PythonModels.blend
    case .ease: PythonModels.ease
    case .weights: PythonLibraryModels.weights
    case .als: PythonLibraryModels.als
    case .bpr: PythonLibraryModels.bpr
    case .neighbors: PythonLibraryModels.neighbors
    case .pureSVD: PythonLibraryModels.pureSVD
    case .walks: PythonLibraryModels.walks
    case .slim: PythonLibraryModels.slim
    case .catalogue: PythonLibraryModels.catalogue
    case .compare: PythonLibraryModels.compare
    case .tune: PythonLibraryModels.tune
    case .explain: PythonLibraryModels.explain
    case .surprise: PythonLibraryModels.surprise
    case .ratingMetrics: PythonLibraryModels.ratingMetrics
    case .recommend: PythonModels.recommend
    case .lists: PythonModels.lists
    case .metrics: PythonModels.metrics
    case .links:
      """
      def links(table, names=None, column="product_id", template="https://www.ozon.ru/product/{id}"):
          \"\"\"A line an item: its place, its name, its address.\"\"\"
          known = {} if names is None else dict(names.select(column, "name").iter_rows())
          for place, item in enumerate(table[column], start=1):
              print(f"{place:>2}. {known.get(item, item)}  {template.replace('{id}', str(item))}")
      """
    }
  }
}
