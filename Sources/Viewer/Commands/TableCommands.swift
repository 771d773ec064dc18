/// Commands that turn the table, or put it together with another one.
let tableCommands = [
  Command("transpose", "T", "rows become columns; a frozen column names them", "транспонировать", .open(.transposed)),
  Command("join", "J", "join with another open sheet or table", "соединить с другой таблицей", .ask(.table(.join))),
  Command(
    "compare", "zJ", "rows added, removed or changed against another table", "сравнить с таблицей",
    .ask(.table(.compare))),
]
