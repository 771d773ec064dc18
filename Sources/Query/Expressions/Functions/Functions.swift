/// Every function, in the order the manual lists them.
public let functions: [Function] = [
  // Types.
  .cast, .tryCast,
  // Numbers.
  .abs, .round, .floor, .ceil, .sqrt, .exp, .log, .log1p, .sign, .clip, .least, .greatest, .coalesce, .isNaN, .hash,
  // Text.
  .lower, .upper, .length, .contains, .startsWith, .endsWith, .matches, .extract, .replace, .slice, .split, .trim,
  .concat,
  // Dates.
  .date, .year, .month, .day, .weekday, .week, .hour, .truncate,
  // Lists.
  .listLength, .listContains, .listGet, .listFirst, .listLast, .listSlice, .listSort, .listReverse, .listUnique,
  .listSum, .listMean, .listMin, .listMax, .setIntersect, .setUnion, .setDifference,
  // Aggregates.
  .len, .count, .sum, .mean, .median, .deviation, .variance, .min, .max, .first, .last, .distinctCount, .unique, .list,
  .mode, .quantile, .any, .all, .correlation,
  // Windows.
  .rank, .denseRank, .rowNumber, .lag, .lead, .cumulativeSum, .cumulativeMaximum,
]
