/// All commands, in the order `:help` lists them.
let commands: [Command] = [
  .help, .variables, .files, .history, .save, .open, .note, .edit, .rerun, .next, .back, .goto, .cells, .run, .check,
  .recorded, .keep, .skip, .answer, .python, .time, .set, .drop, .reset, .trace, .view, .quit,
]
