// swift-tools-version: 6.2
import PackageDescription

let strict: [SwiftSetting] = [.swiftLanguageMode(.v6), .treatAllWarnings(as: .error)]

/// A program that measures, with the products of the main package and the targets of this one that it uses.
func program(_ name: String, _ products: String..., sharing targets: [Target.Dependency] = []) -> Target {
    .executableTarget(
        name: name, dependencies: products.map { .product(name: $0, package: "coordinator") } + targets,
        swiftSettings: strict)
}

let package = Package(
    name: "benchmarks",
    dependencies: [.package(name: "coordinator", path: "..", traits: [])],
    targets: [
        program("Overhead", "Coordinator", "Telemetry"),
        program("Recording", "Telemetry", sharing: ["Workload"]),
        program("Scrape", "PrometheusExporter", "Telemetry"),
        program("Export", "Coordinator", "OTLPExporter", "Telemetry", sharing: ["Workload"]),
        program("Held", "Coordinator", sharing: ["CHeap"]),
        .systemLibrary(name: "CHeap"),
        program("Store", "Coordinator", "SQLiteStore", sharing: ["CSQLite"]),
        .systemLibrary(name: "CSQLite", pkgConfig: "sqlite3", providers: [.apt(["libsqlite3-dev"])]),
        program("Collect", "Coordinator", "StandardAgents"),
        program(
            "Instructions", "Coordinator", "JobFile", "OTLPExporter", "PrometheusExporter", "Telemetry",
            sharing: ["Workload"]),
        .target(
            name: "Workload", dependencies: [.product(name: "Telemetry", package: "coordinator")],
            swiftSettings: strict),
        .executableTarget(
            name: "Sink", cSettings: [.treatAllWarnings(as: .error)], linkerSettings: [.linkedLibrary("pthread")]),
    ]
)
