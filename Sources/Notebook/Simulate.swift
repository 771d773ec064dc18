public import Diagnostics
import Display
import Experiments
import Formats
import Parallelism
import Tables

/// Writes the four tables of the seminar's shop to a folder. They are streamed, so any scale fits in memory.
///
/// - Parameter say: receives a line for each table.
/// - Throws: if the scale is out of range or the folder is not writable; `Diagnostic.interrupted`.
public func simulate(
  into folder: String, scale: Double, seed: UInt64, say: (String) -> Void
) throws(Diagnostic) {
  let shop = try ShopSimulation(scale: scale, seed: seed)
  guard createFolder(folder) else { throw Diagnostic("cannot make the folder `\(folder)`") }
  for name in ShopSimulation.Name.allCases {
    let path = folder + "/" + name.rawValue
    var options = SaveOptions()
    options.overwrite = true
    let rowCount = shop.rowCount(of: name)
    let writer = try ParquetWriter(path: path, schema: shop.schema(of: name), options: options)
    var written = 0
    try shop.forEachChunk(of: name) { (chunk) throws(Diagnostic) in
      try writer.append(chunk)
      written += chunk.rowCount
      Progress.report(name.rawValue, written, of: rowCount)
    }
    let report = try writer.finish()
    say("\(name.rawValue): \(counted(report.rowCount, "row")), \(sizeText(bytes: report.byteCount))")
  }
}
