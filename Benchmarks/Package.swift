// swift-tools-version: 6.2
import PackageDescription

/// A program that measures, and the products of the main package that it uses.
func program(_ name: String, _ products: String...) -> Target {
    .executableTarget(
        name: name, dependencies: products.map { .product(name: $0, package: "coordinator") },
        swiftSettings: [.swiftLanguageMode(.v6), .treatAllWarnings(as: .error)])
}

let package = Package(
    name: "benchmarks",
    dependencies: [.package(name: "coordinator", path: "..", traits: [])],
    targets: [
        program("Overhead", "Coordinator", "Telemetry"),
        program("Recording", "Telemetry"),
        program("Scrape", "PrometheusExporter", "Telemetry"),
        program("Export", "Coordinator", "OTLPExporter", "Telemetry"),
        program("Collect", "Coordinator", "StandardAgents"),
        program("Instructions", "Coordinator", "JobFile", "OTLPExporter", "PrometheusExporter", "Telemetry"),
        .executableTarget(
            name: "Sink", cSettings: [.treatAllWarnings(as: .error)], linkerSettings: [.linkedLibrary("pthread")]),
    ]
)
