import Coordinator

/// The calls of a chat completion, put together from their pieces.
///
/// A service may leave out the index or give each call the same one, send a call whole or in pieces, repeat its name with
/// each piece or send that in pieces too, leave out identifiers or give two calls the same.
struct ChatCompletionCalls: Sendable {
    /// The most calls of one answer.
    static let limit = 128

    /// There are more calls than ``limit``.
    struct TooMany: Error {}

    private struct Call {
        var id = ""
        var name = ""
        var arguments = ""
        var attached: JSONValue?
        /// Whether the arguments are a whole object or list, after which no piece of theirs can follow.
        var isWhole = false
        private var scanner = IncrementalJSONScanner()
        private var scanned = 0
        private var isBroken = false

        var isEmpty: Bool { id.isEmpty && name.isEmpty && arguments.isEmpty }

        mutating func add(name piece: String) {
            // It comes in pieces, or whole with each piece of the arguments, or longer each time.
            name = piece.hasPrefix(name) ? piece : name + piece
        }

        mutating func add(arguments piece: String) {
            arguments += piece
            for byte in piece.utf8 {
                defer { scanned += 1 }
                guard !isWhole, !isBroken else { continue }
                guard scanner.isOpen || byte == UInt8(ascii: "{") || byte == UInt8(ascii: "[") else {
                    isBroken = ![0x20, 0x09, 0x0A, 0x0D].contains(byte)
                    continue
                }
                switch scanner.take(byte, at: scanned) {
                case .more: break
                case .closed: isWhole = !scanner.isOpen
                case .broken: isBroken = true
                }
            }
        }

        /// Arguments that came as the value that they are, and not as text.
        mutating func set(arguments value: JSONValue) {
            arguments = (try? value.json()) ?? ""
            isWhole = true
        }
    }

    private var calls: [Call] = []
    /// The call that the service means by an index; the last one where it has used it for several.
    private var byIndex: [Int: Int] = [:]
    /// The bytes of everything that has been taken.
    private(set) var size = 0

    var isEmpty: Bool { calls.allSatisfy(\.isEmpty) }

    /// Takes the parts of one delta.
    mutating func add(_ parts: JSONValue?) throws(TooMany) {
        // A single part may stand without its list.
        let list = parts?.objectValue == nil ? parts?.arrayValue ?? [] : [parts ?? .null]
        for (offset, part) in list.enumerated() where part.objectValue?.isEmpty == false { try add(part, offset) }
    }

    private mutating func add(_ part: JSONValue, _ offset: Int) throws(TooMany) {
        // Some services leave out the object around name and arguments.
        let function = part["function"]?.objectValue == nil ? part : part["function"] ?? .null
        let (id, name) = (part["id"]?.wireText, function["name"]?.wireText)
        let index = part["index"]?.wireInteger.map { Int(clamping: $0) }
        let target = target(index, offset, id, name, function["arguments"])
        if target == calls.count {
            guard calls.count < Self.limit else { throw TooMany() }
            calls.append(Call())
        }
        byIndex[index ?? offset] = target
        if let id { calls[target].id = id }
        if let name { calls[target].add(name: name) }
        switch function["arguments"] {
        case .string(let piece): calls[target].add(arguments: piece)
        case .null, nil: break
        case .some(let value): calls[target].set(arguments: value)
        }
        if let attached = part["extra_content"]?.said { calls[target].attached = attached }
        size += (try? part.json())?.utf8.count ?? 0
    }

    /// The place of the call that a part belongs to; one behind the last for a new call.
    private func target(
        _ index: Int?, _ offset: Int, _ id: String?, _ name: String?, _ arguments: JSONValue?
    ) -> Int {
        var place: Int
        if let index {
            place = byIndex[index] ?? calls.count
            // One index for all calls: another identifier is another call.
            if let id, place < calls.count, !calls[place].id.isEmpty, calls[place].id != id {
                place = calls.lastIndex { $0.id == id } ?? calls.count
            }
        } else if let id {
            place = calls.lastIndex { $0.id == id } ?? calls.count
        } else if offset == 0 {
            place = max(0, calls.count - 1)
        } else {
            place = byIndex[offset] ?? calls.count
        }
        guard place < calls.count, let name else { return place }
        let call = calls[place]
        // What has its arguments goes on with nothing, and a name comes before them: another one is another call's.
        let isOther = call.name != name && !call.arguments.isEmpty
        let goesOn = call.isWhole && Self.saysSomething(arguments)
        return isOther || goesOn ? calls.count : place
    }

    private static func saysSomething(_ arguments: JSONValue?) -> Bool {
        switch arguments {
        case .null, nil: false
        case .string(let piece): !piece.isEmpty
        case .some: true
        }
    }

    /// The calls, each with an identifier of its own.
    ///
    /// - Parameters:
    ///   - isCut: whether the answer reached its limit, so that the last call may lack all of its arguments.
    ///   - thoughts: what the service wants back with the first call.
    func told(isCut: Bool, thoughts: JSONObject) -> [ToolCall] {
        var names = UniqueNames()
        var told: [ToolCall] = []
        for (index, call) in calls.enumerated() where !call.isEmpty {
            let isLast = index == calls.count - 1
            let isBare = call.arguments.allSatisfy(\.isWhitespace)
            var attached = told.isEmpty ? thoughts : [:]
            attached["extra_content"] = call.attached
            told.append(
                ToolCall(
                    id: names.next(call.id.isEmpty ? "call-\(index)" : call.id),
                    name: String(call.name.prefix(ToolCall.nameLength)),
                    arguments: isBare ? (isCut && isLast ? "" : "{}") : call.arguments,
                    attachment: ToolCall.attachment(attached)))
        }
        return told
    }
}

extension ToolCall {
    /// What is kept of members that a service wants back; `nil` for none, and for too many bytes.
    static func attachment(_ members: JSONObject) -> JSONValue? {
        guard !members.isEmpty, let text = try? JSONValue.object(members).json(),
            text.utf8.count <= attachmentBytes
        else { return nil }
        return .object(members)
    }
}
