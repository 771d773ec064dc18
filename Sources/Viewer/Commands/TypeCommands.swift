/// Commands that change the type of a column. The keys are those of VisiData, behind `z` where they are taken here.
let typeCommands = [
  Command("to-text", "~", "make this column text", "сделать текстом", .cast(.text)),
  Command("to-integer", "z#", "make this column whole numbers", "сделать целыми числами", .cast(.integer)),
  Command("to-float", "%", "make this column floats", "сделать дробными числами", .cast(.float)),
  Command("to-date", "@", "make this column dates", "сделать датами", .cast(.date)),
  Command("to-datetime", "z@", "make this column dates with times", "сделать датами со временем", .cast(.datetime)),
  Command("change-type", "z~", "choose the type of this column", "выбрать тип столбца", .ask(.type)),
]
