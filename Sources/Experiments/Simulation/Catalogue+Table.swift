import Tables

extension Catalogue {
  static let schema = Schema([
    Field("product_id", .i64), Field("name", .string), Field("brand", .string), Field("type", .string),
    Field("category_id", .i32), Field("category_name", .string),
  ])

  private static let brandsPerShelf = 4
  /// Beginnings and endings of brand names, first in Cyrillic, then in Latin script.
  private static let brandSyllables: [(beginnings: [String], endings: [String])] = [
    (
      ["Лав", "Мир", "Сол", "Бел", "Фло", "Нор", "Веж", "Кар", "Тал", "Рос", "Зем", "Мор"],
      ["анда", "ория", "ника", "уна", "овит", "инка", "ель", "ис", "олад", "ея"]
    ),
    (
      ["Bio", "Nova", "Lumi", "Home", "Eco", "Vita", "Terra", "Pro", "Soft", "Prime", "Zoo", "Kids"],
      ["Line", "Lab", "Plus", "Tex", "Go", "Mix", "Star", "Art", "Well", "Joy"]
    ),
  ]

  /// One row per product, in random order, then one for each carrier bag.
  func table(_ bits: KeyedBits) -> Table {
    let order = Shuffle(count: Catalogue.productCount, bits.forked(0))
    let products = (0..<Catalogue.productCount).map { order[$0] }
    let names = products.map { name(of: $0, bits.forked(1).forked($0)) }
    let brands = products.map { brand(of: $0, bits.forked(2)) }
    let types = products.map { self.types[shelves[$0] / Catalogue.shelvesPerType] }
    let bags = Catalogue.bags.indices
    let columns = [
      Column(products.map { ids[$0] } + Catalogue.bags),
      Column(names + ["Пакет-майка с логотипом, 12 кг", "Пакет фасовочный большой"]),
      Column(brands + bags.map { _ in "Без бренда" }),
      Column(types.map(\.name) + bags.map { _ in "Пакет" }),
      Column(types.map { Int32($0.category) } + bags.map { _ in Int32(categories.count) }),
      Column(types.map { categories[$0.category].name } + bags.map { _ in "Упаковка" }),
    ]
    return Table(Catalogue.schema, columns, rowCount: products.count + bags.count)
  }

  /// The name of a product: «Крем для рук увлажняющий Лаванда, 75 мл».
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
    let own = brands.forked(choice)
    let syllables = Catalogue.brandSyllables[own.below(Catalogue.brandSyllables.count, 0)]
    return syllables.beginnings[own.below(syllables.beginnings.count, 1)]
      + syllables.endings[own.below(syllables.endings.count, 2)]
  }
}

extension Column {
  /// A text column from codes and the distinct texts that they stand for.
  init(codes: [UInt32], among entries: [String], validity: Bitmap? = nil) {
    let texts = entries.map { Array($0.utf8) }
    let dictionary = TextDictionary(
      offsets: Buffer(texts.reduce(into: [0]) { $0.append($0[$0.count - 1] + $1.count) }),
      bytes: Buffer(texts.flatMap { $0 }), isUnique: true)
    self.init(.string, .text(TextValues(codes: Buffer(codes), dictionary: dictionary)), validity: validity)
  }
}
