// swift-tools-version: 6.2
import PackageDescription

let package = Package(
    name: "in-hummingbird",
    dependencies: [
        // In a project of your own: .package(url: "https://…/coordinator", from: "0.2.0", traits: [])
        .package(name: "coordinator", path: "../..", traits: []),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1", traits: []),
        .package(url: "https://github.com/apple/swift-distributed-tracing", from: "1.7.3"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
    ],
    targets: [
        .executableTarget(
            name: "ReviewServer",
            dependencies: [
                .product(name: "Coordinator", package: "coordinator"),
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "InMemoryTracing", package: "swift-distributed-tracing"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(name: "Tracing", package: "swift-distributed-tracing"),
            ])
    ]
)
