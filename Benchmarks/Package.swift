// swift-tools-version: 6.2
import PackageDescription

let package = Package(
    name: "benchmarks",
    dependencies: [.package(name: "coordinator", path: "..", traits: [])],
    targets: [
        .executableTarget(
            name: "Overhead",
            dependencies: [
                .product(name: "Coordinator", package: "coordinator"),
                .product(name: "Telemetry", package: "coordinator"),
            ],
            swiftSettings: [.swiftLanguageMode(.v6), .treatAllWarnings(as: .error)]),
        .executableTarget(
            name: "Recording", dependencies: [.product(name: "Telemetry", package: "coordinator")],
            swiftSettings: [.swiftLanguageMode(.v6), .treatAllWarnings(as: .error)]),
        .executableTarget(
            name: "Scrape",
            dependencies: [
                .product(name: "PrometheusExporter", package: "coordinator"),
                .product(name: "Telemetry", package: "coordinator"),
            ],
            swiftSettings: [.swiftLanguageMode(.v6), .treatAllWarnings(as: .error)]),
        .executableTarget(
            name: "Export",
            dependencies: [
                .product(name: "Coordinator", package: "coordinator"),
                .product(name: "OTLPExporter", package: "coordinator"),
                .product(name: "Telemetry", package: "coordinator"),
            ],
            swiftSettings: [.swiftLanguageMode(.v6), .treatAllWarnings(as: .error)]),
        .executableTarget(
            name: "Collect",
            dependencies: [
                .product(name: "Coordinator", package: "coordinator"),
                .product(name: "StandardAgents", package: "coordinator"),
            ],
            swiftSettings: [.swiftLanguageMode(.v6), .treatAllWarnings(as: .error)]),
        .executableTarget(
            name: "Sink", cSettings: [.treatAllWarnings(as: .error)], linkerSettings: [.linkedLibrary("pthread")]),
    ]
)
