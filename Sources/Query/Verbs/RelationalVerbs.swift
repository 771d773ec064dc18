/// All relational verbs, in the order of the manual.
public let relationalVerbs: [RelationalVerb] = [
  .table, .filter, .select, .drop, .rename, .with, .groupBy, .agg, .sort, .head, .tail, .slice, .sample, .unique,
  .join, .leftJoin, .fullJoin, .semiJoin, .antiJoin, .asofJoin, .crossJoin, .concat, .explode, .unnest, .valueCounts,
  .describe,
  .pivot, .unpivot, .transpose, .dropNulls, .fillNull, .rowIndex, .schema, .shape,
]
