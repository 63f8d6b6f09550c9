import SourceCode

extension Fixer {
    /// Every fixer that the drafter knows.
    package static let all = [swiftFormat, ruff, gofmt, clangFormat, eslint, prettier]

    package static let swiftFormat = Fixer(
        name: "swift-format", languages: [.swift], programs: [["swift-format"], ["swift", "format"]],
        versionArguments: ["--version"],
        steps: [.init(arguments: ["--in-place"], configurations: [.init(".swift-format")])], code: .own)

    /// Only fixes that ruff calls safe. It keeps to what the repository excludes, also for files it is given by name, and
    /// writes no cache, whose folder the configuration could choose.
    package static let ruff = Fixer(
        name: "ruff", languages: [.python], programs: [["ruff"]], versionArguments: ["--version"],
        steps: [
            .init(
                arguments: ["check", "--fix", "--exit-zero", "--quiet", "--force-exclude", "--no-cache"],
                configurations: [
                    .init("ruff.toml"), .init(".ruff.toml"), .init("pyproject.toml", mention: "[tool.ruff"),
                ]),
            .init(
                arguments: ["format", "--quiet", "--force-exclude", "--no-cache"],
                configurations: [
                    .init("ruff.toml", mention: "[format]"), .init(".ruff.toml", mention: "[format]"),
                    .init("pyproject.toml", mention: "[tool.ruff.format"),
                    .init(".pre-commit-config.yaml", mention: "ruff-format"),
                ]),
        ], code: .own)

    package static let gofmt = Fixer(
        name: "gofmt", languages: [.go], programs: [["gofmt"]], versionArguments: nil,
        steps: [.init(arguments: ["-w"], configurations: [])], code: .own)

    package static let clangFormat = Fixer(
        name: "clang-format", languages: [.c, .cpp, .objectiveC], programs: [["clang-format"]],
        versionArguments: ["--version"],
        steps: [
            .init(
                arguments: ["-i", "--style=file", "--fallback-style=none"],
                configurations: [.init(".clang-format"), .init("_clang-format")])
        ], code: .own)

    private static let programKinds = ["js", "cjs", "mjs", "ts", "cts", "mts"]

    package static let eslint = Fixer(
        name: "eslint", languages: [.javascript, .typescript], programs: [["eslint"]], versionArguments: ["--version"],
        steps: [
            .init(
                arguments: ["--fix"],
                configurations: programKinds.map { .init("eslint.config.\($0)") }
                    + ["", ".js", ".cjs", ".json", ".yml", ".yaml"].map { .init(".eslintrc\($0)") }
                    + [.init("package.json", mention: "\"eslintConfig\"")],
                // 1: faults are left that it cannot fix.
                statuses: [0, 1])
        ], code: .repository)

    package static let prettier = Fixer(
        name: "prettier", languages: [.javascript, .typescript, .css, .html], programs: [["prettier"]],
        versionArguments: ["--version"],
        steps: [
            .init(
                arguments: ["--write", "--log-level=warn"],
                configurations: (["", ".json", ".json5", ".yaml", ".yml", ".toml"] + programKinds.map { "." + $0 })
                    .map { .init(".prettierrc\($0)") } + programKinds.map { .init("prettier.config.\($0)") }
                    + [.init("package.json", mention: "\"prettier\": {")])
        ], code: .repository)
}
