// swift-tools-version: 6.2
import PackageDescription

// scripts/fuzz builds this package with the sanitizers `fuzzer` and `address`. Sources/ is also a test target of the
// main package, which replays the corpus.
let package = Package(
    name: "fuzzing",
    dependencies: [.package(name: "coordinator", path: "..", traits: [])],
    targets: [
        .executableTarget(
            name: "Fuzz",
            dependencies: [
                .product(name: "Telemetry", package: "coordinator"),
                .product(name: "OTLPExporter", package: "coordinator"),
                .product(name: "LanguageModels", package: "coordinator"),
            ],
            path: "Sources", exclude: ["ReplayTests.swift"],
            swiftSettings: [
                .swiftLanguageMode(.v6), .treatAllWarnings(as: .error), .unsafeFlags(["-parse-as-library"]),
            ])
    ]
)
