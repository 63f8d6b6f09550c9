import Coordinator
import FoundationEssentials
import SourceCode
import Support

/// Reads dependency manifests, and takes only dependencies that follow from their text alone.
enum ManifestReader {
    static func manifest(of file: SourceFile) -> Manifest? {
        let name = String(file.path.lastPathSegment)
        func made(_ kind: String, _ content: (name: String?, dependencies: [Manifest.Dependency])) -> Manifest {
            Manifest(path: file.path, kind: kind, name: content.name, dependencies: content.dependencies)
        }
        switch name {
        case "Package.swift": return made("swift-package", swiftPackage(file.text))
        case "package.json": return made("npm", npm(file.text))
        case "pyproject.toml": return made("python", python(TOMLLines(file.text)))
        case "Cargo.toml": return made("cargo", cargo(TOMLLines(file.text)))
        case "go.mod": return made("go", go(file.text))
        case "pom.xml": return made("maven", maven(file.text))
        case "Gemfile": return made("bundler", (nil, calls("gem", file.text)))
        case "build.gradle", "build.gradle.kts": return made("gradle", (nil, gradle(file.text)))
        case "CMakeLists.txt": return made("cmake", cmake(file.text))
        default:
            guard name.hasPrefix("requirements"), name.hasSuffix(".txt") else { return nil }
            return made("python", (nil, lines(file.text).compactMap(requirement)))
        }
    }

    typealias Content = (name: String?, dependencies: [Manifest.Dependency])

    static func lines(_ text: String) -> [String] {
        text.split(whereSeparator: \.isNewline).map { $0.trimmingWhitespace() }
    }

    /// The texts in quotes, in order.
    static func quoted(_ text: some StringProtocol) -> [String] {
        var result: [String] = []
        var current: String?
        var quote: Character = "\""
        for character in text {
            if let open = current, character == quote {
                result.append(open)
                current = nil
            } else if current != nil {
                current?.append(character)
            } else if character == "\"" || character == "'" {
                quote = character
                current = ""
            }
        }
        return result
    }

    /// The text after the first occurrence of `start`, up to the next `end`.
    static func between(_ start: String, _ end: String, in text: some StringProtocol) -> Substring? {
        let text = String(text)
        guard let open = text.range(ofFirst: start) else { return nil }
        let rest = text[open...].dropFirst(start.count)
        guard let close = String(rest).range(ofFirst: end) else { return nil }
        return Substring(String(rest)[..<close])
    }

    // MARK: Swift

    private static func swiftPackage(_ text: String) -> Content {
        let source = SwiftText(text)
        let code = source.line(0..<source.code.count)
        var dependencies: [Manifest.Dependency] = []
        for call in code.split(separator: ".package(").dropFirst() {
            let arguments = call.split(separator: ")", maxSplits: 1).first.map(String.init) ?? ""
            let values = quoted(arguments)
            guard let address = values.first(where: { $0.contains("/") }) ?? values.first else { continue }
            var name = address.split(separator: "/").last.map(String.init) ?? address
            if name.hasSuffix(".git") { name.removeLast(4) }
            let after = values.drop { $0 != address }.dropFirst()
            dependencies.append(.init(name: name, version: after.isEmpty ? nil : after.joined(separator: "..<")))
        }
        let name = between("Package(", ")", in: code).flatMap { between("name:", ",", in: $0) }
        return (name.flatMap { quoted($0).first }, dependencies)
    }

    // MARK: JSON, XML, lines

    private struct NPM: Decodable {
        var name: String?
        var dependencies: [ExactString: String]?
        var devDependencies: [ExactString: String]?
        var peerDependencies: [ExactString: String]?
    }

    private static func npm(_ text: String) -> Content {
        guard let content = try? JSONValue(json: text.utf8).decoded(as: NPM.self) else { return (nil, []) }
        let all = [content.dependencies, content.devDependencies, content.peerDependencies].compactMap(\.self)
        return (
            content.name,
            all.flatMap {
                $0.sorted { $0.key < $1.key }.map { Manifest.Dependency(name: $0.key.string, version: $0.value) }
            }
        )
    }

    private static func go(_ text: String) -> Content {
        var name: String?
        var dependencies: [Manifest.Dependency] = []
        var inRequire = false
        for line in lines(text) {
            let words = line.split(separator: "//").first?.split(separator: " ").map(String.init) ?? []
            if words.first == "module" { name = words.dropFirst().first }
            if line == ")" { inRequire = false }
            if words.first == "require", words.count >= 3 {
                dependencies.append(.init(name: words[1], version: words[2]))
            }
            if inRequire, words.count >= 2 { dependencies.append(.init(name: words[0], version: words[1])) }
            if words.first == "require", words.last == "(" { inRequire = true }
        }
        return (name, dependencies)
    }

    private static func maven(_ text: String) -> Content {
        let parts = text.split(separator: "<dependency>")
        func value(_ tag: String, _ part: Substring) -> String? {
            between("<\(tag)>", "</\(tag)>", in: part).map { $0.trimmingWhitespace() }
        }
        let dependencies = parts.dropFirst().compactMap { part -> Manifest.Dependency? in
            let body = between("", "</dependency>", in: part) ?? part
            guard let artifact = value("artifactId", body) else { return nil }
            let group = value("groupId", body).map { $0 + ":" } ?? ""
            return .init(name: group + artifact, version: value("version", body))
        }
        return (parts.first.flatMap { value("artifactId", $0) }, dependencies)
    }

    /// Calls of the form `gem 'name', 'version'`.
    private static func calls(_ word: String, _ text: String) -> [Manifest.Dependency] {
        lines(text).filter { $0.hasPrefix(word + " ") || $0.hasPrefix(word + "(") }.compactMap { line in
            let values = quoted(line)
            guard let name = values.first else { return nil }
            let version = values.dropFirst().first { $0.contains { $0.isNumber } && !$0.contains("/") }
            return .init(name: name, version: version)
        }
    }

    private static func gradle(_ text: String) -> [Manifest.Dependency] {
        let words = [
            "implementation", "api", "compileOnly", "runtimeOnly", "testImplementation", "kapt", "annotationProcessor",
        ]
        return lines(text).filter { line in words.contains { line.hasPrefix($0 + " ") || line.hasPrefix($0 + "(") } }
            .compactMap { line in
                guard let address = quoted(line).first else { return nil }
                let parts = address.split(separator: ":").map(String.init)
                guard parts.count >= 2 else { return nil }
                return .init(name: parts[0] + ":" + parts[1], version: parts.count > 2 ? parts[2] : nil)
            }
    }

    private static func cmake(_ text: String) -> Content {
        let calls = lines(text)
        func words(_ call: String, _ line: String) -> [Substring]? {
            guard line.lowercased().hasPrefix(call + "(") else { return nil }
            return line.dropFirst(call.count + 1).split { $0 == " " || $0 == ")" }
        }
        let dependencies = calls.compactMap { words("find_package", $0) }.compactMap { words -> Manifest.Dependency? in
            guard let name = words.first else { return nil }
            let version = words.dropFirst().first { $0.first?.isNumber == true }
            return .init(name: String(name), version: version.map(String.init))
        }
        return (calls.lazy.compactMap { words("project", $0)?.first.map(String.init) }.first, dependencies)
    }
}
