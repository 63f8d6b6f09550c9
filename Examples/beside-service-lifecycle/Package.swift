// swift-tools-version: 6.2
import PackageDescription

let package = Package(
    name: "beside-service-lifecycle",
    dependencies: [
        // In a project of your own: .package(url: "https://…/coordinator", from: "0.2.0", traits: [])
        .package(name: "coordinator", path: "../..", traits: []),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
    ],
    targets: [
        .executableTarget(
            name: "JobWorker",
            dependencies: [
                .product(name: "Coordinator", package: "coordinator"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(name: "UnixSignals", package: "swift-service-lifecycle"),
            ])
    ]
)
