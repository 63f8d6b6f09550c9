import Coordinator

/// What the documents say in which services report errors.
///
/// Besides `error`, as an object or as text, there are `detail`, which some frameworks fill with a list of mistakes, and
/// lists of errors at the top.
extension ServiceFailure {
    /// The deepest nesting that is looked at. 12.
    static let depthLimit = 12
    /// The most paths and texts that are read of one error. 64.
    static let wordLimit = 64

    /// The members whose values are paths of a request's members.
    private static let pathMembers: Set<String> = [
        "param", "parameter", "field", "loc", "path", "pointer", "property", "location", "name",
    ]
    /// The members in which services repeat the request.
    private static let echoes: Set<String> = ["input", "ctx", "request", "body"]

    /// The object that describes the error.
    static func described(_ document: JSONValue) -> JSONValue {
        // Some services wrap the error in a list.
        let document = document.arrayValue?.first ?? document
        return document["error"]?.said ?? document
    }

    /// The error's own text; `nil` where there is none.
    static func message(_ error: JSONValue) -> String? {
        if let text = error.wireText { return text }
        for member in ["message", "detail", "error_description", "title", "msg"] {
            if let text = error[member]?.wireText { return text }
        }
        guard let mistakes = (error["detail"] ?? error["errors"])?.arrayValue else { return nil }
        let lines = mistakes.prefix(wordLimit).compactMap { mistake -> String? in
            guard let text = message(mistake) else { return nil }
            let place = mistake["loc"].map { path($0).joined(separator: ".") } ?? ""
            return place.isEmpty ? text : "\(place): \(text)"
        }
        return lines.isEmpty ? nil : lines.joined(separator: "; ")
    }

    /// What the error says of the request.
    ///
    /// - Parameter otherwise: the body's text, for an error that is no document.
    static func refusal(_ document: JSONValue, otherwise: String) -> Refusal {
        var paths: [[String]] = []
        var texts: [String] = []
        collect(document, member: "", depth: 0, &paths, &texts)
        return Refusal(paths: paths, text: texts.isEmpty ? otherwise : texts.joined(separator: "\n"))
    }

    private static func collect(
        _ value: JSONValue, member: String, depth: Int, _ paths: inout [[String]], _ texts: inout [String]
    ) {
        guard depth <= depthLimit, paths.count < wordLimit, texts.count < wordLimit, !echoes.contains(member) else {
            return
        }
        if pathMembers.contains(member), case let path = path(value), !path.isEmpty {
            paths.append(path)
            return
        }
        switch value {
        case .string(let text): if !text.isEmpty { texts.append(text) }
        case .array(let elements):
            for element in elements { collect(element, member: "", depth: depth + 1, &paths, &texts) }
        case .object(let members):
            for (key, inner) in members.sorted(by: { $0.key < $1.key }) {
                let name = key.string
                // A list of errors by member has the members' names for keys.
                if member == "errors" || member == "detail", inner.arrayValue != nil { paths.append(parts(name)) }
                collect(inner, member: name, depth: depth + 1, &paths, &texts)
            }
        default: break
        }
    }

    /// The parts of a path, written as a text or as a list; none for any other value.
    private static func path(_ value: JSONValue) -> [String] {
        if let text = value.stringValue { return parts(text) }
        return (value.arrayValue ?? []).prefix(wordLimit).flatMap { part in
            part.stringValue.map(parts) ?? part.integerValue.map { ["\($0)"] } ?? []
        }
    }

    private static func parts(_ path: String) -> [String] {
        path.split { ".[]/$ ".contains($0) }.prefix(wordLimit).map { Refusal.snakeCase(String($0)) }
    }
}
