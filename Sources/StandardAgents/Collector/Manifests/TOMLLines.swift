import Support

/// The `key = value` lines of a TOML file by table; arrays over several lines are joined. This is enough for manifests.
///
/// A TOML library would add a parser in C++ for the few lines that are needed here.
struct TOMLLines {
    /// Keys and raw values per table, in the file's order.
    private(set) var tables: [String: [(key: String, value: String)]] = [:]

    init(_ text: String) {
        var table = ""
        // An array that is still open: its key, its lines, and how many of its brackets are.
        var open: (key: String, lines: [String], brackets: Int)?
        for line in ManifestReader.lines(text) where !line.hasPrefix("#") {
            if open != nil {
                open?.lines.append(line)
                open?.brackets += Self.brackets(line)
                if let entry = open, entry.brackets <= 0 {
                    tables[table, default: []].append((entry.key, entry.lines.joined(separator: " ")))
                    open = nil
                }
            } else if line.hasPrefix("["), line.hasSuffix("]"), !line.contains("=") {
                table = line.filter { $0 != "[" && $0 != "]" && $0 != "\"" }.trimmingWhitespace()
            } else if let equals = line.firstIndex(of: "=") {
                let key = line[..<equals].trimmingWhitespace().filter { $0 != "\"" && $0 != "'" }
                let value = line[line.index(after: equals)...].trimmingWhitespace()
                let brackets = value.hasPrefix("[") ? Self.brackets(value) : 0
                if brackets > 0 {
                    open = (key, [value], brackets)
                } else {
                    tables[table, default: []].append((key, value))
                }
            }
        }
    }

    /// How many more brackets open in a text than close.
    private static func brackets(_ text: String) -> Int {
        text.utf8.reduce(0) { $0 + ($1 == UInt8(ascii: "[") ? 1 : $1 == UInt8(ascii: "]") ? -1 : 0) }
    }

    /// The text value of a key.
    func string(_ table: String, _ key: String) -> String? {
        tables[table]?.first { $0.key == key }.flatMap { ManifestReader.quoted($0.value).first }
    }
}

extension ManifestReader {
    static func cargo(_ file: TOMLLines) -> Content {
        let tables = ["dependencies", "dev-dependencies", "build-dependencies", "workspace.dependencies"]
        let dependencies = tables.flatMap { file.tables[$0] ?? [] }.map { entry in
            Manifest.Dependency(name: entry.key, version: version(entry.value))
        }
        return (file.string("package", "name"), dependencies)
    }

    static func python(_ file: TOMLLines) -> Content {
        let listed =
            (file.tables["project"] ?? []).filter { $0.key == "dependencies" }
            + (file.tables["project.optional-dependencies"] ?? []) + (file.tables["dependency-groups"] ?? [])
        var dependencies = listed.flatMap { quoted($0.value) }.compactMap(requirement)
        for table in ["tool.poetry.dependencies", "tool.poetry.dev-dependencies", "tool.poetry.group.dev.dependencies"]
        {
            dependencies += (file.tables[table] ?? []).filter { $0.key != "python" }.map {
                Manifest.Dependency(name: $0.key, version: version($0.value))
            }
        }
        return (file.string("project", "name") ?? file.string("tool.poetry", "name"), dependencies)
    }

    /// `"1.2"`, or the version in `{ version = "1.2", … }`.
    private static func version(_ value: String) -> String? {
        if !value.hasPrefix("{") { return quoted(value).first }
        return between("version", ",", in: value + ",").flatMap { quoted($0).first }
    }

    /// One line of pip's form: `name[extra]>=1.2 ; marker`.
    static func requirement(_ line: String) -> Manifest.Dependency? {
        let code = line.split(separator: "#", omittingEmptySubsequences: false).first?.split(separator: ";").first ?? ""
        let text = code.trimmingWhitespace()
        let name = text.prefix { $0.isLetter || $0.isNumber || $0 == "-" || $0 == "_" || $0 == "." }
        guard !name.isEmpty, !text.hasPrefix("-") else { return nil }
        var rest = text.dropFirst(name.count).drop { $0 == " " }
        if rest.hasPrefix("["), let close = rest.firstIndex(of: "]") { rest = rest[rest.index(after: close)...] }
        let version = rest.trimmingWhitespace()
        let isRange = version.first.map { "=<>!~@^".contains($0) } ?? false
        guard version.isEmpty || isRange else { return nil }
        return .init(name: String(name), version: version.isEmpty ? nil : version)
    }
}
