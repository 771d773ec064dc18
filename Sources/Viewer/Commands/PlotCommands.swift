/// Commands that open plots.
let plotCommands = [
  Command(
    "plot", "P", "plot this column, alone or against the frozen one", "график столбца", .ask(.plot))
]
