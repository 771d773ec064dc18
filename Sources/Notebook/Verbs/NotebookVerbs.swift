/// The verbs that need files, models, plots or a screen, in the order of the help.
let notebookVerbs: [NotebookVerb] = [
  .load, .connect, .collect, .assert, .save, .values, .value, .split, .segment, .explain, .view, .links, .plot,
  .fit, .step, .walk, .tune, .recommend, .predict, .similar, .history, .parameters, .items, .factors, .metrics,
  .compare,
]
