/// Commands that open plots.
let plotCommands = [
  Command(
    "plot", "P", "a histogram of this column, or it against the frozen one", "график столбца", .ask(.plot))
]
