/// Commands for the aggregates below the columns, which counts and pivots take over too.
let aggregateCommands = [
  Command("aggregate", "+", "a sum, a mean … below this column, or away again", "итог под столбцом", .ask(.aggregate)),
  Command("aggregates", "z+", "a sheet of what is below the columns", "лист итогов", .open(.aggregates)),
]
