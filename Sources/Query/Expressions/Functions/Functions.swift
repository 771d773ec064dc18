/// All functions, in the order of the manual.
public let functions: [Function] = [
  // Types.
  .cast, .tryCast,
  // Numbers.
  .abs, .cut, .round, .floor, .ceil, .sqrt, .exp, .log, .log1p, .sign, .clip, .least, .greatest, .coalesce, .isNaN,
  .hash,
  // Text.
  .lower, .upper, .length, .contains, .startsWith, .endsWith, .matches, .extract, .extractAll, .replace, .replaceRegex,
  .slice, .split, .trim, .strip, .padLeft, .padRight, .concat, .joinText, .toText,
  // Dates.
  .date, .year, .quarter, .month, .day, .weekday, .week, .hour, .minute, .second, .truncate, .addMonths, .parseDate,
  .parseDatetime, .tryParseDate, .tryParseDatetime, .format, .toZone, .withZone,
  // Lists.
  .listLength, .listContains, .listGet, .listFirst, .listLast, .listSlice, .listSort, .listReverse, .listUnique,
  .listFilter, .listMap, .listZip, .listSum, .listMean, .listMin, .listMax, .setIntersect, .setUnion, .setDifference,
  // Aggregates.
  .len, .count, .sum, .mean, .median, .deviation, .variance, .min, .max, .first, .last, .distinctCount, .unique, .list,
  .mode, .quantile, .any, .all, .correlation, .skewness, .kurtosis, .greatestBy, .leastBy,
  // Windows.
  .rank, .denseRank, .percentRank, .rowNumber, .tile, .lag, .lead, .cumulativeSum, .cumulativeMaximum, .forwardFill,
  .backwardFill,
]
