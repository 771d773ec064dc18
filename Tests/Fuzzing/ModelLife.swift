import Foundation
import Generators
import Notebook
import Recommenders

extension FuzzKind {
  /// Model files with changed content and correct checksums, so that the code behind the checksums is tested.
  static let models = FuzzKind(
    name: "models", summary: "saved models with content changed and right checksums, loaded and used",
    inputsPerLife: 40
  ) { random, probe in
    let life = try ModelLife(probe, &random)
    for _ in 0..<40 { try life.step(&random) }
  }
}

private final class ModelLife {
  private let probe: Probe
  private let session: FuzzSession
  private let file: ForgedModelFile
  private let kind: String

  private static let fits = [
    "Random", "TopPopular", "PersonalTopPopular", "Blend [TopPopular, PersonalTopPopular]", "Blend [ease, als, svd]",
    "EASE regularization=2",
    "EASE form=dual", "EASE orientation=rectools weights=binary", "iALS factors=3 iterations=2 seed=0",
    "ALS iterations=2 seed=0",
    "iALS factors=3 iterations=1 solver=cholesky seed=0", "BPR factors=3 epochs=2 seed=0",
    "MatrixFactorization batch=4 epochs=1 seed=0",
    "SVD factors=3 epochs=2 seed=0", "SVDpp factors=3 epochs=2 seed=0", "NMF factors=3 epochs=2 seed=0",
    "CoClustering seed=0",
    "SlopeOne",
    "Baseline", "ItemKNN", "UserKNN", "ItemKNN similarity=pearson_baseline centering=baseline",
    "UserKNN similarity=msd centering=zscore",
  ]

  init(_ probe: Probe, _ random: inout SplitMix) throws {
    self.probe = probe
    session = try FuzzSession(probe, &random)
    // Models of the registry that `fits` does not list are tried too, with their defaults.
    let known = Models.all.map { $0.name }.filter { name in
      !Self.fits.contains { $0 == name || $0.hasPrefix(name + " ") }
    }
    kind = random.pick(Self.fits + known)
    let path = probe.scratch.file("seed.lectern")
    session.session.run("train | with rating = 1 + product_id % 5 | fit \(kind) | save \"\(path)\" overwrite=true")
    guard let bytes = FileManager.default.contents(atPath: path) else { throw NoModel(kind: kind) }
    file = ForgedModelFile([UInt8](bytes), checksum: XXHash64.hash(_:seed:))
  }

  /// An error of the fuzzer itself: a model that cannot be fitted to the small table.
  struct NoModel: Error { let kind: String }

  func step(_ random: inout SplitMix) throws {
    let bytes = random.chance(60) ? file.forged(&random) : file.withExtreme(&random)
    let path = try probe.scratch.write("forged.lectern", bytes)
    let uses = random.some(2...5) { random in
      random.pick([
        "recommend user=100", "recommend top=3", "recommend user=300 seen=drop", "recommend basket=[11, 12]",
        "similar 11",
        "similar 519413018 top=2", "history", "parameters", "items", "factors", "factors of=users",
        "explain user=100 item=12",
        "explain user=500 item=11", "step 1", "step 2 | history", "save \"\(path)2\" overwrite=true",
        "recommend users=[100, 200, 999]",
      ])
    }
    // If the model is rejected, there is nothing to use. Each use is a separate cell.
    guard session.run("# \(kind)\nm = load \"\(path)\"") else { return }
    for use in uses { session.run("m | \(use)") }
    session.run("test | head 3 | predict m")
    session.run("test | group_by user_id agg ids = unique(product_id) | recommend m, tp top=3 | metrics top=3")
    session.run("Blended = train | fit Blend [m, tp]")
  }
}
