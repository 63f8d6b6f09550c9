import SourceCode
import StandardAgents
import Testing

@Suite(.timeLimit(.minutes(10))) struct CollectorManifestTests {
    static let samples: [(String, String, String, String?, [String])] = [
        (
            "Package.swift", "swift-package",
            """
            let package = Package(
                name: "mine",
                dependencies: [
                    // .package(url: "https://example.com/not/me", from: "1.0.0"),
                    .package(url: "https://github.com/apple/swift-log.git", from: "1.16.2"),
                    .package(url: "https://github.com/a/b", "1.0.0"..<"2.0.0"), .package(path: "../local"),
                ])
            """, "mine", ["swift-log 1.16.2", "b 1.0.0..<2.0.0", "local -"]
        ),
        (
            "web/package.json", "npm",
            #"{"name": "web", "dependencies": {"b": "^1.2", "a": "2.0.0"}, "devDependencies": {"c": "*"}}"#, "web",
            ["a 2.0.0", "b ^1.2", "c *"]
        ),
        (
            "pyproject.toml", "python",
            """
            [project]
            name = "mine"
            dependencies = [
              "httpx>=0.27",  # client
              "rich[jupyter]~=13.0; python_version > '3.8'",
            ]
            [project.optional-dependencies]
            dev = ["pytest"]
            [tool.poetry.dependencies]
            python = "^3.11"
            click = {version = "8.1", optional = true}
            """, "mine", ["httpx >=0.27", "rich ~=13.0", "pytest -", "click 8.1"]
        ),
        (
            "requirements-dev.txt", "python", "# tools\n-r base.txt\nruff==0.4.1\nblack\nhttps://x/y.whl\n", nil,
            ["ruff ==0.4.1", "black -"]
        ),
        (
            "Cargo.toml", "cargo",
            "[package]\nname = \"mine\"\n[dependencies]\nserde = { version = \"1.0\", features = [\"derive\"] }\nlog = \"0.4\"\n[dev-dependencies]\nrand = { path = \"../rand\" }\n",
            "mine", ["serde 1.0", "log 0.4", "rand -"]
        ),
        (
            "go.mod", "go",
            "module example.com/m\n\ngo 1.22\n\nrequire (\n\ta.b/c v1.2.3\n\td.e/f v0.1.0 // indirect\n)\nrequire g.h/i v2.0.0\n",
            "example.com/m", ["a.b/c v1.2.3", "d.e/f v0.1.0", "g.h/i v2.0.0"]
        ),
        (
            "pom.xml", "maven",
            "<project><artifactId>mine</artifactId><dependencies><dependency><groupId>g</groupId><artifactId>a</artifactId><version>1.0</version></dependency><dependency><artifactId>b</artifactId></dependency></dependencies></project>",
            "mine", ["g:a 1.0", "b -"]
        ),
        (
            "Gemfile", "bundler", "source 'https://x'\ngem 'rails', '~> 7.1'\ngem \"puma\"\n", nil,
            ["rails ~> 7.1", "puma -"]
        ),
        (
            "app/build.gradle", "gradle",
            "dependencies {\n  implementation 'g:a:1.2'\n  testImplementation(\"h:b\")\n}\n", nil, ["g:a 1.2", "h:b -"]
        ),
        (
            "CMakeLists.txt", "cmake",
            "project(mine VERSION 1.0)\nfind_package(CURL 7.88 REQUIRED)\nfind_package(Threads)\n", "mine",
            ["CURL 7.88", "Threads -"]
        ),
    ]

    @Test(arguments: samples.indices) func packageManifestsAreRead(index: Int) async throws {
        let (path, kind, text, name, dependencies) = Self.samples[index]
        let context = try await Collector().collect([SourceFile(path: path, text: text)], task: [])
        let manifest = try #require(context.manifests.first)
        #expect(manifest.path == path && manifest.kind == kind && manifest.name == name)
        #expect(manifest.dependencies.map { "\($0.name) \($0.version ?? "-")" } == dependencies)
    }

    @Test(arguments: [
        "package.json", "pyproject.toml", "Cargo.toml", "Package.swift", "pom.xml", "go.mod", "CMakeLists.txt",
    ])
    func malformedManifestsAreListedWithoutDependencies(path: String) async throws {
        let context = try await Collector().collect([SourceFile(path: path, text: "]]{{\"=<dependency>((")], task: [])
        #expect(context.manifests.map(\.path) == [path] && context.manifests[0].dependencies.isEmpty)
    }
}
