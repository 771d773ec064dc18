public import Diagnostics
import LinearAlgebra

extension FittedEASE {
  func store(in archive: inout ModelArchive) {
    archive.store("diagonal", precision.diagonal)
    archive.store("notes", lines: notes)
    switch precision.form {
    case .primal(let inverse): archive.store("inverse", inverse.elements)
    case .dual(let dual):
      archive.store("kernel", dual.kernel.elements)
      archive.store("rows", dual.rows)
      archive.store("scale", dual.scale)
      archive.store("places", dual.places)
    }
  }

  init(_ model: EASE, _ interactions: Interactions, restoring archive: ModelArchive) throws(Diagnostic) {
    let itemCount = interactions.itemCount
    ease = model
    self.interactions = interactions
    matrix = model.matrix(of: interactions)
    let form: ItemPrecision.Form
    if archive.has("inverse") {
      form = .primal(try archive.tiles("inverse", order: itemCount))
    } else {
      let places = try archive.integers("places", count: matrix.rowCount)
      let core = places.filter { $0 >= 0 }
      guard core.elementsEqual(0..<Int32(core.count)) else { throw .damagedModel("`places` is out of order") }
      let rows = try archive.sparseMatrix("rows", rowCount: core.count, columnCount: itemCount)
      form = .dual(
        ItemPrecision.Dual(
          kernel: try archive.tiles("kernel", order: core.count), rows: rows, columns: rows.transposed(),
          scale: try archive.floats("scale", count: itemCount), places: places))
    }
    precision = ItemPrecision(form: form, diagonal: try archive.floats("diagonal", count: itemCount))
    notes = try archive.lines("notes")
  }
}

extension EASE {
  public func restore(
    _ archive: ModelArchive, _ interactions: Interactions
  ) throws(Diagnostic) -> any FittedModel {
    try FittedEASE(self, interactions, restoring: archive)
  }
}

extension ModelArchive {
  fileprivate func tiles(_ name: String, order: Int) throws(Diagnostic) -> TiledSymmetricMatrix {
    guard let matrix = TiledSymmetricMatrix(order: order, elements: try floats(name)) else {
      throw .damagedModel("`\(name)` is not \(order) × \(order)")
    }
    return matrix
  }
}
