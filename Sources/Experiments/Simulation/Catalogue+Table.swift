import Tables

extension Catalogue {
  static let schema = Schema([
    Field("product_id", .i64), Field("name", .string), Field("brand", .string), Field("type", .string),
    Field("category_id", .i32), Field("category_name", .string),
  ])

  private static let brandsPerShelf = 4
  private static let brandBeginnings = [
    "Лав", "Мир", "Сол", "Бел", "Фло", "Нор", "Веж", "Кар", "Тал", "Рос", "Зем", "Аль", "Bio", "Nova", "Lumi", "Home",
    "Eco", "Vita", "Terra", "Pro", "Soft", "Prime", "Zoo", "Kids",
  ]
  private static let brandEndings = [
    "анда", "ория", "ника", "уна", "град", "инка", "ель", "ис", "Line", "Lab", "Plus", "Tex", "Go", "Mix", "Star",
    "Art", "Well", "Joy", "Max", "One",
  ]

  /// A row a product, in no order of popularity, and a row for each bag.
  func table(_ bits: KeyedBits) -> Table {
    let order = Shuffle(count: Catalogue.productCount, bits.forked(0))
    let products = (0..<Catalogue.productCount).map { order[$0] }
    let names = products.map { name(of: $0, bits.forked(1).forked($0)) }
    let brands = products.map { brand(of: $0, bits.forked(2)) }
    let types = products.map { self.types[shelves[$0] / Catalogue.shelvesPerType] }
    let bags = Catalogue.bags.indices
    let columns = [
      Column(.i64, .i64(Buffer(products.map { ids[$0] } + Catalogue.bags))),
      Column(texts: names + ["Пакет-майка с логотипом, 12 кг", "Пакет фасовочный большой"]),
      Column(texts: brands + bags.map { _ in "Без бренда" }),
      Column(texts: types.map(\.name) + bags.map { _ in "Пакет" }),
      Column(.i32, .i32(Buffer(types.map { Int32($0.category) } + bags.map { _ in Int32(categories.count) }))),
      Column(texts: types.map { categories[$0.category].name } + bags.map { _ in "Упаковка" }),
    ]
    return Table(Catalogue.schema, columns, rowCount: products.count + bags.count)
  }

  /// «Крем для рук увлажняющий Лаванда, 75 мл».
  private func name(of product: Int, _ bits: KeyedBits) -> String {
    let type = types[shelves[product] / Catalogue.shelvesPerType]
    let category = categories[type.category]
    func pick(_ words: [String], _ counter: UInt64) -> String { words[bits.below(words.count, counter)] }
    return "\(type.name) \(pick(type.adjectives, 0)) \(pick(category.variants, 1)), \(pick(category.measures, 2))"
  }

  /// One of the four brands of the product's shelf.
  private func brand(of product: Int, _ bits: KeyedBits) -> String {
    let brands = bits.forked(shelves[product])
    let choice = bits.forked(1 << 32).below(Catalogue.brandsPerShelf, UInt64(product))
    let name = brands.below(Catalogue.brandBeginnings.count * Catalogue.brandEndings.count, UInt64(choice))
    let count = Catalogue.brandEndings.count
    return Catalogue.brandBeginnings[name / count] + Catalogue.brandEndings[name % count]
  }
}

extension Column {
  /// A text column of codes into distinct entries.
  init(codes: [UInt32], among entries: [String], validity: Bitmap? = nil) {
    let texts = entries.map { Array($0.utf8) }
    let dictionary = TextDictionary(
      offsets: Buffer(texts.reduce(into: [0]) { $0.append($0[$0.count - 1] + $1.count) }),
      bytes: Buffer(texts.flatMap { $0 }), isUnique: true)
    self.init(.string, .text(TextValues(codes: Buffer(codes), dictionary: dictionary)), validity: validity)
  }

  /// A text column of names that may repeat.
  init(texts: [String]) {
    var entries: [String] = []
    var codes: [Text: UInt32] = [:]
    let rows = texts.map { text in
      let key = Text(text)
      if let code = codes[key] { return code }
      codes[key] = UInt32(entries.count)
      entries.append(text)
      return UInt32(entries.count - 1)
    }
    self.init(codes: rows, among: entries)
  }
}
