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
                .product(name: "Coordinator", package: "coordinator"),
                .product(name: "ExternalAgents", package: "coordinator"),
                .product(name: "JobFile", package: "coordinator"),
                .product(name: "PrometheusExporter", package: "coordinator"),
                .product(name: "StandardAgents", package: "coordinator"),
            ],
            path: "Sources", exclude: ["ReplayTests.swift"],
            swiftSettings: [
                .swiftLanguageMode(.v6), .treatAllWarnings(as: .error), .unsafeFlags(["-parse-as-library"]),
            ])
    ]
)
