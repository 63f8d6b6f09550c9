// swift-tools-version: 6.2
import PackageDescription

/// Every target of ours is compiled in the Swift 6 language mode with warnings as errors.
let strict: [SwiftSetting] = [.swiftLanguageMode(.v6), .treatAllWarnings(as: .error)]
let strictC: [CSetting] = [.treatAllWarnings(as: .error), .define("_GNU_SOURCE")]

let tracing = Target.Dependency.product(name: "Tracing", package: "swift-distributed-tracing")
let metrics = Target.Dependency.product(name: "Metrics", package: "swift-metrics")
let logging = Target.Dependency.product(name: "Logging", package: "swift-log")

/// One library target of ours; its imports are held to the table in docs/architecture.md by scripts/check.
func library(
    _ name: String, _ dependencies: [Target.Dependency], exclude: [String] = [], resources: [Resource] = []
) -> Target {
    .target(
        name: name, dependencies: dependencies, exclude: exclude, resources: resources, swiftSettings: strict)
}

func tests(
    of name: String, _ dependencies: [Target.Dependency] = [], exclude: [String] = [], resources: [Resource] = []
) -> Target {
    .testTarget(
        name: "\(name)Tests",
        dependencies: [.byName(name: name)] + (name == "Support" ? [] : ["Support"]) + dependencies, exclude: exclude,
        resources: resources, swiftSettings: strict)
}

/// What `coordinator init` writes, built into the command.
let templates = [
    "job.yaml", "minimal.yaml", "review.yaml", "fix.yaml", "correctness.md", "safety.md", "clarity.md", "judge.md",
    "findings.json", "review.json", "changes.py",
]

let package = Package(
    name: "coordinator",
    products: [
        .executable(name: "coordinator", targets: ["CoordinatorCommand"]),
        .library(name: "Coordinator", targets: ["Coordinator"]),
        .library(name: "CoordinatorTestKit", targets: ["CoordinatorTestKit"]),
        .library(name: "JobFile", targets: ["JobFile"]),
        .library(name: "StandardAgents", targets: ["StandardAgents"]),
        .library(name: "ExternalAgents", targets: ["ExternalAgents"]),
        .library(name: "JobComposition", targets: ["JobComposition"]),
        .library(name: "LanguageModels", targets: ["LanguageModels"]),
        .library(name: "SQLiteStore", targets: ["SQLiteStore"]),
        .library(name: "Telemetry", targets: ["Telemetry"]),
        .library(name: "OTLPExporter", targets: ["OTLPExporter"]),
        .library(name: "PrometheusExporter", targets: ["PrometheusExporter"]),
    ],
    traits: [
        .trait(
            name: "Server",
            description: "`coordinator serve` and `demo`. Without it there is no HTTP server to build: minutes saved."),
        .default(enabledTraits: ["Server"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-metrics", from: "2.13.0"),
        .package(url: "https://github.com/apple/swift-distributed-tracing", from: "1.7.3"),
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/swiftlang/swift-subprocess", from: "1.0.2"),
        .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        // Of the tests alone: what it writes, our reader must read. Its tree is also one of those that the collector's
        // ranking is measured on.
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1", traits: []),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
    ],
    targets: [
        // MARK: names, the core, its test kit
        library("TelemetryCatalog", []),
        library("Support", []),
        library(
            "Coordinator",
            [
                "TelemetryCatalog", "Support", tracing, metrics, logging,
                .product(name: "HashTreeCollections", package: "swift-collections"),
                .product(name: "DequeModule", package: "swift-collections"),
                .product(name: "HeapModule", package: "swift-collections"),
            ]),
        library(
            "CoordinatorTestKit",
            [
                "Coordinator", "Support", tracing, metrics, logging,
                .product(name: "InMemoryTracing", package: "swift-distributed-tracing"),
                .product(name: "MetricsTestKit", package: "swift-metrics"),
            ]),

        // MARK: job files, reports, agents
        library("JobFile", ["Coordinator", "Support", "CYAML"]),
        .systemLibrary(name: "CYAML", pkgConfig: "yaml-0.1", providers: [.apt(["libyaml-dev"])]),
        library("JobReport", ["Coordinator", "Support"]),
        library(
            "LanguageModels", ["Coordinator", "TelemetryCatalog", "CurlClient", "Support", tracing, metrics, logging],
            resources: [.embedInCode("Pricing/prices.json")]),
        library(
            "Processes",
            ["CLinux", "CSandbox", "Support", .product(name: "Subprocess", package: "swift-subprocess")]),
        .systemLibrary(name: "CSeccomp", pkgConfig: "libseccomp", providers: [.apt(["libseccomp-dev"])]),
        .target(
            name: "CSandbox", dependencies: ["CSeccomp"], cSettings: strictC,
            linkerSettings: [.linkedLibrary("seccomp")]),
        library(
            "MCPClient",
            [
                "Coordinator", "TelemetryCatalog", "CurlClient", "SourceCode", "Processes", "Support", tracing, metrics,
                logging,
            ]),
        library("StoreControl", ["Coordinator", "Processes", "CLinux", "Support"]),
        library("SourceCode", ["Processes", "Support"]),
        library(
            "ExternalAgents",
            [
                "Coordinator", "TelemetryCatalog", "JobFile", "SourceCode", "Processes", "CurlClient", "CLinux",
                "Support",
                logging,
            ]),
        library(
            "StandardAgents",
            [
                "Coordinator", "TelemetryCatalog", "SourceCode", "LanguageModels", "MCPClient", "CurlClient",
                "Processes",
                "Support", tracing, metrics, logging,
            ],
            resources: [
                .embedInCode("Models/Prompts/drafter.md"), .embedInCode("Models/Prompts/validator.md"),
            ]),
        library(
            "JobComposition",
            [
                "Coordinator", "TelemetryCatalog", "JobFile", "StandardAgents", "ExternalAgents", "LanguageModels",
                "MCPClient", "SourceCode", "Processes", "CurlClient", "Support", logging,
            ]),

        // MARK: the journal in a file
        library(
            "SQLiteStore",
            [
                "Coordinator", "CCrypto", "Support", .product(name: "DequeModule", package: "swift-collections"),
                .product(name: "GRDB", package: "GRDB.swift"), .product(name: "GRDBSQLite", package: "GRDB.swift"),
            ]),
        .systemLibrary(name: "CCrypto", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),

        // MARK: telemetry: the SDK behind the façades, and the ways out
        library("Telemetry", ["TelemetryCatalog", "Support", tracing, metrics, logging]),
        library("OTLPExporter", ["Telemetry", "TelemetryCatalog", "COTLP", "CurlClient", "Support"]),
        library("PrometheusExporter", ["Telemetry", "TelemetryCatalog", "Support"]),
        library("ObservabilityAssets", ["TelemetryCatalog", "Support"]),
        library("CurlClient", ["CCurl", "Support"]),
        .systemLibrary(
            name: "CCurl", pkgConfig: "libcurl",
            providers: [.apt(["libcurl4-openssl-dev", "zlib1g-dev"])]),
        .systemLibrary(name: "CLinux"),
        .systemLibrary(
            name: "CProtobufC", pkgConfig: "libprotobuf-c",
            providers: [.apt(["libprotobuf-c-dev"])]),
        .target(
            name: "COTLP", dependencies: ["CProtobufC"], cSettings: strictC,
            linkerSettings: [.linkedLibrary("protobuf-c")]),

        // MARK: the HTTP server; nothing of it is compiled without the trait
        library(
            "JobServer",
            [
                "Coordinator", "JobFile", "JobReport", "PrometheusExporter", "Support", tracing, logging,
                .product(name: "Hummingbird", package: "hummingbird", condition: .when(traits: ["Server"])),
                .product(name: "HummingbirdCore", package: "hummingbird", condition: .when(traits: ["Server"])),
                .product(name: "HTTPTypes", package: "swift-http-types", condition: .when(traits: ["Server"])),
                .product(name: "NIOCore", package: "swift-nio", condition: .when(traits: ["Server"])),
                .product(name: "NIOHTTP1", package: "swift-nio", condition: .when(traits: ["Server"])),
                .product(
                    name: "ServiceLifecycle", package: "swift-service-lifecycle",
                    condition: .when(traits: ["Server"])),
            ]),

        // MARK: the command line: wiring only
        .executableTarget(
            name: "CoordinatorCommand",
            dependencies: [
                "TelemetryCatalog", "Coordinator", "JobFile", "JobReport", "JobServer", "StandardAgents",
                "ExternalAgents",
                "JobComposition", "StoreControl", "SQLiteStore", "Processes", "SourceCode", "Support", "Telemetry",
                "OTLPExporter",
                "PrometheusExporter", "ObservabilityAssets", "CurlClient", "LanguageModels", "CLinux",
                .product(name: "ArgumentParser", package: "swift-argument-parser"), tracing, metrics, logging,
                .product(
                    name: "ServiceLifecycle", package: "swift-service-lifecycle",
                    condition: .when(traits: ["Server"])),
            ],
            resources: templates.map { .embedInCode("Templates/\($0)") },
            swiftSettings: strict, plugins: ["CommitPlugin"]),
        .plugin(name: "CommitPlugin", capability: .buildTool()),

        // MARK: tests
        tests(of: "TelemetryCatalog"),
        tests(of: "Support", ["TestSupport"]),
        tests(
            of: "Coordinator",
            [
                "CoordinatorTestKit", "TelemetryCatalog", "TestSupport", tracing, metrics,
                .product(name: "InMemoryTracing", package: "swift-distributed-tracing"),
                .product(name: "MetricsTestKit", package: "swift-metrics"),
            ]),
        tests(of: "CoordinatorTestKit", ["Coordinator", "TestSupport", tracing, metrics]),
        tests(of: "JobFile", ["Coordinator", "TestSupport", .product(name: "Yams", package: "Yams")]),
        tests(of: "JobReport", ["Coordinator", "CoordinatorTestKit", "TestSupport"], exclude: ["Recorded"]),
        tests(
            of: "LanguageModels",
            [
                "Coordinator", "CoordinatorTestKit", "CurlClient", "TestSupport", "TelemetryCatalog",
                tracing, metrics,
                .product(name: "InMemoryTracing", package: "swift-distributed-tracing"),
                .product(name: "MetricsTestKit", package: "swift-metrics"),
            ], exclude: ["Support/endless_chat.py"]),
        tests(
            of: "Processes", ["SourceCodeTestSupport", "SandboxProbe", "TestSupport"], exclude: ["Sandbox/Escapes"]),
        // A program that runs a confined program on command, as any user and with what containers forbid.
        .executableTarget(
            name: "SandboxProbe", dependencies: ["CSeccomp", "Processes", "Support"], path: "Tests/SandboxProbe",
            swiftSettings: strict),
        tests(
            of: "MCPClient",
            [
                "Coordinator", "CoordinatorTestKit", "CurlClient", "Processes", "Telemetry", "TelemetryCatalog",
                "TestSupport", tracing, metrics, logging,
            ], exclude: ["Support/Scripts"]),
        tests(of: "StoreControl", ["Coordinator", "CoordinatorTestKit", "Processes", "TestSupport"]),
        tests(of: "SourceCode", ["Processes", "SourceCodeTestSupport", "TestSupport"]),
        tests(
            of: "ExternalAgents",
            [
                "Coordinator", "CoordinatorTestKit", "JobFile", "JobComposition", "CurlClient", "Processes",
                "SourceCode", "TestSupport", "SourceCodeTestSupport", logging,
            ]),
        tests(
            of: "StandardAgents",
            [
                "Coordinator", "CoordinatorTestKit", "LanguageModels", "MCPClient", "CurlClient", "SourceCode",
                "Processes", "TelemetryCatalog", "TestSupport", "SourceCodeTestSupport", tracing, metrics, logging,
                .product(name: "InMemoryTracing", package: "swift-distributed-tracing"),
                .product(name: "MetricsTestKit", package: "swift-metrics"),
            ],
            exclude: [
                "Ranking/swift-argument-parser.tsv", "Ranking/hummingbird.tsv", "Ranking/Yams.tsv",
                "Conversations/Scripts",
            ]),
        tests(
            of: "SQLiteStore",
            [
                "Coordinator", "CoordinatorTestKit", "TestSupport", "StoreProbe",
                .product(name: "GRDB", package: "GRDB.swift"),
            ]),
        // A program that appends to a store on command, to be killed and traced by tests.
        .executableTarget(
            name: "StoreProbe", dependencies: ["Coordinator", "CoordinatorTestKit", "SQLiteStore"],
            path: "Tests/StoreProbe", swiftSettings: strict),
        tests(of: "Telemetry", ["TelemetryCatalog", "TestSupport", tracing, metrics, logging]),
        tests(of: "OTLPExporter", ["Telemetry", "CurlClient", "COTLP", "TestSupport", tracing]),
        tests(
            of: "PrometheusExporter", ["Coordinator", "Telemetry", "TelemetryCatalog", "TestSupport", metrics],
            exclude: ["Support/read_openmetrics.py"]),
        tests(of: "ObservabilityAssets", ["TelemetryCatalog", "Telemetry", "PrometheusExporter", "TestSupport"]),
        tests(of: "CurlClient", ["TestSupport"]),
        tests(
            of: "JobServer",
            [
                "Coordinator", "CoordinatorTestKit", "CurlClient", "TestSupport", logging,
                .product(name: "NIOCore", package: "swift-nio", condition: .when(traits: ["Server"])),
                .product(name: "NIOHTTP1", package: "swift-nio", condition: .when(traits: ["Server"])),
                .product(
                    name: "ServiceLifecycle", package: "swift-service-lifecycle",
                    condition: .when(traits: ["Server"])),
            ]),
        // The parsers' properties, which Fuzzing/ feeds with whatever libFuzzer makes up; here with its corpus.
        .testTarget(
            name: "FuzzingTests",
            dependencies: [
                "Coordinator", "ExternalAgents", "JobFile", "SourceCode", "PrometheusExporter", "OTLPExporter",
                "Telemetry",
                "CurlClient", "LanguageModels", "MCPClient",
            ],
            path: "Fuzzing/Sources",
            exclude: ["Entry.swift"], swiftSettings: strict),
        // Real git repositories in temporary folders.
        .target(
            name: "SourceCodeTestSupport", dependencies: ["Processes", "SourceCode", "TestSupport"],
            path: "Tests/SourceCodeTestSupport", swiftSettings: strict),
        // What tests of several targets use: random numbers, waits, folders, programs, servers.
        .target(
            name: "TestSupport", dependencies: ["Support"], path: "Tests/TestSupport",
            exclude: ["Servers/chat_server.py", "Servers/scripted_server.py", "Servers/test_server.py"],
            swiftSettings: strict),
        // A program that records spans on command, to be killed by tests.
        .executableTarget(
            name: "SpoolProbe", dependencies: ["OTLPExporter", "Telemetry", tracing], path: "Tests/SpoolProbe",
            swiftSettings: strict),
        .testTarget(
            name: "IntegrationTests",
            dependencies: [
                "Coordinator", "CoordinatorCommand", "CoordinatorTestKit", "CurlClient", "LanguageModels", "Support",
                "TestSupport", "SpoolProbe", "Telemetry", "TelemetryCatalog", tracing, metrics,
                .product(name: "InMemoryTracing", package: "swift-distributed-tracing"),
            ],
            exclude: ["Support"],
            swiftSettings: strict),
    ]
)
