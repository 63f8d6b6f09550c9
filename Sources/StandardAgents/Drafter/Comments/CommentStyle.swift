import SourceCode

/// A language's syntax of documentation comments.
package enum CommentStyle: Sendable {
    case swift, python, javascript, typescript, java, go, rust, c

    /// The style of a language; `nil` for a language that has none here.
    package init?(_ language: Language) {
        switch language {
        case .swift: self = .swift
        case .python: self = .python
        case .javascript: self = .javascript
        case .typescript: self = .typescript
        case .java: self = .java
        case .go: self = .go
        case .rust: self = .rust
        case .c, .cpp: self = .c
        default: return nil
        }
    }

    /// The column at which comment lines are wrapped. 100.
    package static let width = 100

    /// The lines of a comment, indented; `nil` when a detail cannot be written in this style.
    package func lines(_ details: DeclarationDetails, indentation: String) -> [String]? {
        let all =
            [details.summary, details.callers ?? "", details.returns ?? ""] + details.parameters.map { $0.type ?? "" }
        guard !all.contains(where: { $0.contains("*/") || $0.contains("\"\"\"") || $0.contains("\n") }) else {
            return nil
        }
        let room = max(40, Self.width - indentation.count - 4)
        let body: [String]
        switch self {
        case .swift: body = swift(details, room)
        case .python: body = python(details, room)
        case .javascript, .typescript, .java, .c: body = tagged(details, room)
        case .go: body = go(details, room)
        case .rust: body = rust(details, room)
        }
        func marked(_ mark: String) -> [String] {
            body.map { indentation + ($0.isEmpty ? mark : "\(mark) \($0)") }
        }
        switch self {
        case .swift, .rust: return marked("///")
        case .go: return marked("//")
        case .javascript, .typescript, .java, .c: return [indentation + "/**"] + marked(" *") + [indentation + " */"]
        case .python:
            guard let first = body.first else { return nil }
            if body.count == 1 { return ["\(indentation)\"\"\"\(first)\"\"\""] }
            return [indentation + "\"\"\"" + first] + body.dropFirst().map { $0.isEmpty ? "" : indentation + $0 }
                + [indentation + "\"\"\""]
        }
    }

    private func opening(_ details: DeclarationDetails, _ room: Int) -> [String] {
        details.summary.wrapped(room) + (details.callers.map { [""] + $0.wrapped(room) } ?? [])
    }

    private func described(_ parameter: DeclarationDetails.Parameter) -> String {
        switch (parameter.type, parameter.hasDefault) {
        case (let type?, false): "`\(type)`."
        case (let type?, true): "`\(type)`; has a default."
        case (nil, true): "Has a default."
        case (nil, false): "Required."
        }
    }

    private func swift(_ details: DeclarationDetails, _ room: Int) -> [String] {
        var lines = opening(details, room)
        var fields: [String] = []
        if details.parameters.count == 1 {
            fields += details.parameters.flatMap {
                "- Parameter \($0.name): \(described($0))".wrapped(room, hanging: "  ")
            }
        } else if !details.parameters.isEmpty {
            fields += ["- Parameters:"]
            fields += details.parameters.flatMap { "  - \($0.name): \(described($0))".wrapped(room, hanging: "    ") }
        }
        if let type = details.returns { fields += "- Returns: `\(type)`.".wrapped(room, hanging: "  ") }
        if !details.failures.isEmpty {
            fields += "- Throws: \(details.failures.map(\.sentence).joined(separator: " "))".wrapped(
                room, hanging: "  ")
        }
        if !fields.isEmpty { lines += [""] + fields }
        return lines
    }

    private func python(_ details: DeclarationDetails, _ room: Int) -> [String] {
        var lines = opening(details, room)
        func section(_ name: String, _ entries: [String]) {
            guard !entries.isEmpty else { return }
            lines += ["", "\(name):"] + entries.flatMap { ("    " + $0).wrapped(room, hanging: "        ") }
        }
        section(
            "Args",
            details.parameters.map {
                "\($0.name)\($0.type.map { " (\($0))" } ?? ""): \($0.hasDefault ? "Has a default." : "Required.")"
            })
        section("Returns", details.returns.map { ["\($0)"] } ?? [])
        section("Raises", details.failures.map { "\($0.error ?? "Exception"): \($0.sentence.capitalizedFirst)" })
        return lines.map { $0.replacing("\\", with: "\\\\").replacing("`", with: "``") }
    }

    private func tagged(_ details: DeclarationDetails, _ room: Int) -> [String] {
        var lines = opening(details, room)
        var tags: [String] = []
        for parameter in details.parameters {
            let description =
                self == .typescript || self == .javascript
                ? (parameter.hasDefault ? "Has a default." : "Required.") : described(parameter)
            tags += "@param \(parameter.name) \(description)".wrapped(room, hanging: "    ")
        }
        if let type = details.returns { tags += ["\(self == .java || self == .c ? "@return" : "@returns") `\(type)`"] }
        for failure in details.failures {
            let error = failure.error ?? "Error"
            tags += "@throws \(self == .java ? error : "{\(error)}") \(failure.sentence)".wrapped(room, hanging: "    ")
        }
        if !tags.isEmpty { lines += [""] + tags }
        return self == .java ? lines.map { $0.javaCode } : lines
    }

    private func go(_ details: DeclarationDetails, _ room: Int) -> [String] {
        let summary = details.summary.prefix(1).lowercased() + details.summary.dropFirst()
        let isType = summary.hasPrefix("a ") || summary.hasPrefix("an ")
        var lines = "\(details.name) \(isType ? "is " : "")\(summary)".wrapped(room)
        if let callers = details.callers { lines += [""] + callers.wrapped(room) }
        let types = details.parameters.filter { $0.type != nil }.map { "\($0.name) is of type \($0.type ?? "")" }
        if !types.isEmpty { lines += [""] + (types.joined(separator: "; ") + ".").wrapped(room) }
        return lines.map { $0.replacing("`", with: "") }
    }

    private func rust(_ details: DeclarationDetails, _ room: Int) -> [String] {
        var lines = opening(details, room)
        if !details.parameters.isEmpty {
            lines += ["", "# Arguments", ""]
            lines += details.parameters.flatMap { "* `\($0.name)`: \(described($0))".wrapped(room, hanging: "  ") }
        }
        if let type = details.returns, type.hasPrefix("Result<") || type.contains("::Result<") {
            lines += ["", "# Errors", "", "Returns `Err` as its type `\(type)` allows."]
        }
        return lines
    }
}

extension String {
    /// The text in lines of at most `room` characters, broken at spaces outside of backticks.
    func wrapped(_ room: Int, hanging: String = "") -> [String] {
        var words: [String] = []
        var word = ""
        var quoted = false
        let lead = indent
        for character in dropFirst(lead.count) {
            if character == "`" { quoted.toggle() }
            if character == " ", !quoted {
                words.append(word)
                word = ""
            } else {
                word.append(character)
            }
        }
        words.append(word)
        var lines: [String] = []
        var line = lead + (words.first ?? "")
        for word in words.dropFirst() {
            if line.count + 1 + word.count <= room {
                line += " " + word
            } else {
                lines.append(line)
                line = hanging + word
            }
        }
        return lines + [line]
    }

    /// The text with its first letter upper-case.
    var capitalizedFirst: String { prefix(1).uppercased() + dropFirst() }

    /// Backticks as Javadoc's `{@code …}`.
    var javaCode: String {
        let parts = split(separator: "`", omittingEmptySubsequences: false)
        guard parts.count % 2 == 1 else { return self }
        return parts.enumerated().map { $0 % 2 == 0 ? String($1) : "{@code \($1)}" }.joined()
    }
}
