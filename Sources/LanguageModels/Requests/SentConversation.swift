import Coordinator

/// A conversation as services take it.
///
/// They refuse one in which a call has no result right after it, a result no call, two calls the same name, or in which the
/// arguments of a call are no object: whoever goes on with such a conversation would never get an answer again.
enum SentConversation {
    /// The result of a call that has none.
    static let missingResult = "There is no result: the call was not made."
    /// The name of a call whose model named no tool.
    static let missingName = "unnamed"
    /// The most characters of a tool's name that services take back. 64.
    static let nameLength = 64

    /// The messages with one result right after each call, under a name of its own.
    static func paired(_ messages: [ModelMessage]) -> [ModelMessage] {
        var pairing = Pairing()
        for message in messages { pairing.add(message) }
        return pairing.finished()
    }

    /// The messages with their calls and results as text, for a service that takes no tools.
    static func plain(_ messages: [ModelMessage]) -> [ModelMessage] {
        var names: [String: String] = [:]
        return paired(messages).map { message in
            switch message {
            case .user: return message
            case .assistant(let text, let calls):
                let lines = calls.map { call in
                    names[call.id] = call.name
                    return "[called \(sentName(call.name)) with \(sentArguments(call))]"
                }
                return .assistant(([text] + lines).filter { !$0.isEmpty }.joined(separator: "\n"))
            case .toolResult(let id, let content, let isError):
                return .user("[\(isError ? "error" : "result") of \(sentName(names[id] ?? ""))]\n\(content)")
            }
        }
    }

    /// A tool's name with nothing but what services take in it.
    static func sentName(_ name: String) -> String {
        let kept = name.unicodeScalars.prefix(nameLength).map { scalar -> Character in
            switch scalar {
            case "a"..."z", "A"..."Z", "0"..."9", "_", "-": Character(scalar)
            default: "_"
            }
        }
        return kept.isEmpty ? missingName : String(kept)
    }

    /// The arguments as JSON text, which is an object: as the model wrote them where they are, and none where they cannot be
    /// read. The call's result tells the model what it wrote.
    static func sentArguments(_ call: ToolCall) -> String {
        if (try? JSONValue(json: call.arguments.utf8))?.objectValue != nil { return call.arguments }
        return (try? JSONValue.object(sentMembers(call)).json()) ?? "{}"
    }

    /// The arguments as an object; none where they cannot be read.
    static func sentMembers(_ call: ToolCall) -> JSONObject { (try? call.readArguments()) ?? [:] }
}

private struct Pairing {
    private var messages: [ModelMessage] = []
    /// The calls of the last answer that have no result yet, by the name they had and the one they are sent under.
    private var open: [(given: String, sent: String)] = []
    private var names = UniqueNames()
    /// Results without a call, which go behind those with one.
    private var strays: [ModelMessage] = []

    mutating func add(_ message: ModelMessage) {
        switch message {
        case .user:
            close()
            messages.append(message)
        case .assistant(let text, var calls):
            close()
            for index in calls.indices {
                let given = calls[index].id
                calls[index].id = names.next(given)
                open.append((given, calls[index].id))
            }
            messages.append(.assistant(text, toolCalls: calls))
        case .toolResult(let id, let content, let isError):
            if let index = open.firstIndex(where: { $0.given == id }) {
                messages.append(.toolResult(callID: open.remove(at: index).sent, content: content, isError: isError))
            } else {
                strays.append(.user("[\(isError ? "error" : "result") of a call]\n\(content)"))
            }
        }
    }

    mutating func finished() -> [ModelMessage] {
        close()
        return messages
    }

    private mutating func close() {
        for (_, sent) in open {
            messages.append(.toolResult(callID: sent, content: SentConversation.missingResult, isError: true))
        }
        open = []
        messages += strays
        strays = []
    }
}

/// Names of which each is given once.
struct UniqueNames: Sendable {
    private var used: Set<String> = []
    /// The last number behind each name that was asked for again.
    private var numbers: [String: Int] = [:]

    /// - Parameter name: what the name is made of.
    /// - Returns: the name itself the first time, with a number behind it from then on.
    mutating func next(_ name: String) -> String {
        let stem = name.isEmpty ? "call" : name
        var unique = stem
        while used.contains(unique) {
            let number = (numbers[stem] ?? 1) + 1
            numbers[stem] = number
            unique = "\(stem)-\(number)"
        }
        used.insert(unique)
        return unique
    }
}
