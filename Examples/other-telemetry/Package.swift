// swift-tools-version: 6.2
import PackageDescription

let package = Package(
    name: "other-telemetry",
    dependencies: [
        // In a project of your own: .package(url: "https://…/coordinator", from: "0.2.0", traits: [])
        .package(name: "coordinator", path: "../..", traits: []),
        .package(url: "https://github.com/apple/swift-distributed-tracing", from: "1.7.3"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-metrics", from: "2.13.0"),
    ],
    targets: [
        .executableTarget(
            name: "OwnBackends",
            dependencies: [
                .product(name: "Coordinator", package: "coordinator"),
                .product(name: "InMemoryLogging", package: "swift-log"),
                .product(name: "InMemoryTracing", package: "swift-distributed-tracing"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "Metrics", package: "swift-metrics"),
                .product(name: "MetricsTestKit", package: "swift-metrics"),
                .product(name: "Tracing", package: "swift-distributed-tracing"),
            ])
    ]
)
