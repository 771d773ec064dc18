// swift-tools-version: 6.2
import PackageDescription

// Warnings are errors in CI and for developers who ask for it, never on a user's newer compiler.
let isStrict = Context.environment["LECTERN_STRICT"] == "1"
// One binary for every CPU of the last ten years. What a CPU has beyond that is used by the kernels of `CNumerics`, which
// are compiled for several kinds and chosen at start. Fused multiply-adds stand where the source asks for them alone.
#if arch(x86_64)
let swiftTarget = ["-Xcc", "-march=x86-64-v3"]
let cTarget = ["-march=x86-64-v3", "-ffp-contract=off"]
#else
let swiftTarget: [String] = []
let cTarget = ["-ffp-contract=off"]
#endif

let swiftSettings: [SwiftSetting] =
  [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableExperimentalFeature("Lifetimes"),
    .unsafeFlags(["-cross-module-optimization"] + swiftTarget, .when(configuration: .release)),
  ] + (isStrict ? [.treatAllWarnings(as: .error)] : [])

let cSettings: [CSetting] = [
  .unsafeFlags(cTarget), .unsafeFlags(["-O3"], .when(configuration: .release)),
]

/// A target of the house: what it may import is its dependencies, and nothing else.
func room(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
  .target(name: name, dependencies: dependencies, swiftSettings: swiftSettings)
}

/// The tests of a room, with what they share.
func tests(_ name: String, _ dependencies: [Target.Dependency], files: [String] = []) -> Target {
  .testTarget(
    name: name + "Tests", dependencies: dependencies + ["TestSupport", "Generators"], exclude: files,
    swiftSettings: swiftSettings)
}

let argumentParser: Target.Dependency = .product(name: "ArgumentParser", package: "swift-argument-parser")

let package = Package(
  name: "lectern",
  products: [.executable(name: "lectern", targets: ["lectern"])],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2")
  ],
  targets: [
    // Windows to the system: each has exactly one Swift owner.
    .target(
      name: "CTerminal",
      cSettings: cSettings,
      linkerSettings: [.linkedLibrary("readline"), .linkedLibrary("ncursesw"), .linkedLibrary("tinfo")]),
    .target(name: "CElementary", cSettings: cSettings),
    .target(name: "CNumerics", dependencies: ["CElementary"], cSettings: cSettings),
    .target(
      name: "CCompression",
      cSettings: cSettings,
      linkerSettings: [
        .linkedLibrary("zstd"), .linkedLibrary("snappy"), .linkedLibrary("lz4"), .linkedLibrary("brotlidec"),
        .linkedLibrary("brotlienc"), .linkedLibrary("brotlicommon"), .linkedLibrary("z"),
      ]),
    .target(name: "CHashing", cSettings: cSettings),
    .target(name: "CMappings", cSettings: cSettings),
    .target(name: "CTransfer", cSettings: cSettings),
    .target(name: "CMessaging", cSettings: cSettings),
    .target(name: "CPatterns", cSettings: cSettings, linkerSettings: [.linkedLibrary("pcre2-8")]),

    // Values, spans, rows: nothing of ours below them.
    room("Diagnostics"),
    room("Parallelism", ["Diagnostics"]),
    room("ElementaryFunctions", ["CElementary"]),
    room("RandomNumbers", ["ElementaryFunctions"]),

    // Data flows one way: text → syntax → plan → table → text.
    room("Tables", ["Diagnostics", "Parallelism"]),
    room("LinearAlgebra", ["CNumerics", "Diagnostics", "Parallelism"]),
    room("Arrow", ["Tables", "Diagnostics", "Parallelism", "CCompression"]),
    room("Transfer", ["Diagnostics", "Parallelism", "CTransfer"]),
    room("Formats", ["Arrow", "Transfer", "Tables", "Diagnostics", "Parallelism", "CCompression", "CMappings"]),
    room("Query", ["Tables", "Diagnostics", "Parallelism", "RandomNumbers", "ElementaryFunctions", "CPatterns"]),
    room("Spark", ["Query", "Tables", "Arrow", "Transfer", "Diagnostics", "Parallelism"]),
    room(
      "Recommenders",
      ["LinearAlgebra", "RandomNumbers", "ElementaryFunctions", "Diagnostics", "Parallelism", "CHashing"]),
    room(
      "Experiments",
      ["Recommenders", "Tables", "RandomNumbers", "ElementaryFunctions", "Diagnostics", "Parallelism"]),
    room("Display", ["Tables", "ElementaryFunctions", "Diagnostics"]),
    room(
      "Notebook",
      [
        "Query", "Formats", "Spark", "Experiments", "Recommenders", "Display", "Tables", "RandomNumbers", "Diagnostics",
        "Parallelism",
      ]),

    // A session that Jupyter talks to.
    room(
      "Jupyter",
      ["Notebook", "Query", "Formats", "Transfer", "Display", "Diagnostics", "Parallelism", "CMessaging"]),

    // The terminal and what is drawn on it.
    room("Terminal", ["CTerminal"]),
    room("Viewer", ["Tables", "Display", "Terminal", "Diagnostics", "Parallelism"]),
    room("Viewing", ["Notebook", "Viewer", "Display", "Formats", "Diagnostics"]),
    .executableTarget(
      name: "lectern",
      dependencies: [
        "Notebook", "Jupyter", "Viewer", "Viewing", "Terminal", "Display", "Formats", "Tables", "LinearAlgebra",
        "Diagnostics", "Parallelism", argumentParser,
      ],
      swiftSettings: swiftSettings,
      // A program that needs no Swift beside it, and starts sooner: the dynamic linker has the 40 MB of Foundation and
      // its characters to bind otherwise.
      linkerSettings: [
        .unsafeFlags(
          [
            "-static-stdlib", "-l_FoundationCShims", "-l_FoundationCollections", "-lCoreFoundation", "-l_FoundationICU",
          ], .when(configuration: .release))
      ]),
    .executableTarget(
      name: "benchmark",
      dependencies: ["Notebook", "Diagnostics", "Parallelism"],
      swiftSettings: swiftSettings),

    // Tests: headless, one folder a room.
    .target(
      name: "TestSupport", dependencies: ["Generators"], path: "Tests/TestSupport",
      swiftSettings: swiftSettings),
    // What tests make at random, and what tries Lectern with it: bounded as tests, for hours as a program.
    .target(
      name: "Generators", dependencies: ["Tables", "Diagnostics"], path: "Tests/Generators",
      swiftSettings: swiftSettings),
    .target(
      name: "Fuzzing",
      dependencies: [
        "Generators", "Notebook", "Query", "Formats", "Experiments", "Recommenders", "Display", "Tables", "Diagnostics",
        "Parallelism", "Terminal", "Viewer", "Viewing",
      ], path: "Tests/Fuzzing", swiftSettings: swiftSettings),
    .executableTarget(
      name: "fuzz", dependencies: ["Fuzzing", "Generators"], path: "Tests/FuzzProgram", swiftSettings: swiftSettings),
    tests("Fuzzing", ["Fuzzing"]),
    // How often intervals hold and tests err, on data whose truth is known.
    .target(
      name: "Simulations", dependencies: ["Generators", "Experiments", "Tables", "Diagnostics"],
      path: "Tests/Simulations", swiftSettings: swiftSettings),
    .executableTarget(
      name: "simulations", dependencies: ["Simulations", "Experiments"], path: "Tests/SimulationProgram",
      swiftSettings: swiftSettings),
    tests("Diagnostics", ["Diagnostics"]),
    tests("Parallelism", ["Parallelism", "Diagnostics"]),
    tests("ElementaryFunctions", ["ElementaryFunctions"], files: ["Fixtures"]),
    tests("RandomNumbers", ["RandomNumbers"]),
    tests("Tables", ["Tables", "Parallelism", "Diagnostics"]),
    tests("Transfer", ["Transfer", "Parallelism", "Diagnostics"]),
    tests(
      "Spark", ["Spark", "Query", "Arrow", "Transfer", "Tables", "Diagnostics", "Parallelism"], files: ["Fixtures"]),
    tests("LinearAlgebra", ["LinearAlgebra", "Parallelism", "Diagnostics"]),
    tests(
      "Formats", ["Arrow", "Formats", "Transfer", "Tables", "Diagnostics", "Parallelism"], files: ["Fixtures"]),
    tests("Query", ["Query", "Tables", "Diagnostics", "Parallelism"], files: ["recorded-pipelines.jsonl"]),
    tests(
      "Recommenders", ["Recommenders", "LinearAlgebra", "RandomNumbers", "Diagnostics", "Parallelism"],
      files: ["Fixtures"]),
    tests(
      "Experiments",
      ["Experiments", "Recommenders", "LinearAlgebra", "Simulations", "Tables", "Diagnostics", "Parallelism"],
      files: ["Goldens"]),
    tests("Display", ["Display", "Tables", "Diagnostics"], files: ["Goldens"]),
    tests(
      "Notebook",
      [
        "Notebook", "Query", "Formats", "Experiments", "Recommenders", "Display", "Tables", "Diagnostics",
        "Parallelism",
      ]),
    tests("Jupyter", ["Jupyter", "Notebook", "Display", "Parallelism", "Diagnostics"]),
    tests("Terminal", ["Terminal"]),
    tests("Viewer", ["Viewer", "Terminal", "Display", "Tables", "Diagnostics"], files: ["Frames"]),
    tests(
      "Viewing", ["Viewing", "Viewer", "Terminal", "Notebook", "Query", "Formats", "Display", "Tables", "Diagnostics"],
      files: ["Frames"]),
    tests("EndToEnd", []),
  ]
)
