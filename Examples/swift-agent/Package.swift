// swift-tools-version: 6.2
import PackageDescription

let package = Package(
    name: "swift-agent",
    products: [.library(name: "HeadlineAgent", targets: ["HeadlineAgent"])],
    dependencies: [
        // In a project of your own: .package(url: "https://…/coordinator", from: "0.2.0", traits: [])
        .package(name: "coordinator", path: "../..", traits: [])
    ],
    targets: [
        .target(name: "HeadlineAgent", dependencies: [.product(name: "Coordinator", package: "coordinator")]),
        .executableTarget(
            name: "ReviewJob",
            dependencies: ["HeadlineAgent", .product(name: "Coordinator", package: "coordinator")]),
        .testTarget(
            name: "HeadlineAgentTests",
            dependencies: [
                "HeadlineAgent", .product(name: "Coordinator", package: "coordinator"),
                .product(name: "CoordinatorTestKit", package: "coordinator"),
            ]),
    ]
)
