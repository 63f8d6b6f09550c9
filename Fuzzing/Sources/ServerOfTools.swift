import Coordinator

@testable import MCPClient

/// However what a server of tools writes is cut into pieces, its messages are the same. Each is read as it was meant or
/// not at all, answers at most one call, once, and only one that is open; and whatever lists and results say, what is taken
/// of them is bounded.
func checkServerOfTools(_ input: [UInt8]) throws {
    var whole = MessageLines(limit: 1 << 16)
    let expected = try? whole.read(input)
    var cut = MessageLines(limit: 1 << 16)
    var lines: [[UInt8]]? = []
    // The input decides where it is cut, so that the fuzzer can move the cuts.
    var rest = input[...]
    while let first = rest.first, lines != nil {
        let piece = rest.prefix(Int(first % 7) + 1)
        rest = rest.dropFirst(piece.count)
        lines = (try? cut.read(piece)).flatMap { new in lines.map { $0 + new } }
    }
    try hold(lines == expected, "cut otherwise, other lines come out")
    var calls = RPCCalls(limit: 4, strayLimit: 100)
    var open: Set<Int64> = []
    for _ in 0..<4 { if let id = calls.begin() { open.insert(id) } }
    for line in expected ?? [] {
        guard let message = try? RPCMessage(line) else {
            _ = calls.takeMalformed("x")
            continue
        }
        let again = message.bytes.flatMap { try? RPCMessage($0) }
        try hold(again == message, "read again as \(String(describing: again)), not as \(message)")
        if case .finish(let id, let answer) = calls.take(message) {
            try hold(open.remove(id) != nil, "\(id) is not open")
            if case .success(let result) = answer { try checkAnswer(result) }
        }
    }
    try hold(calls.end() == open.sorted(), "other calls are open than those that nothing has answered")
}

private func checkAnswer(_ result: JSONObject) throws {
    var listing = ToolListing()
    _ = try? listing.take(result)
    for tool in listing.tools {
        let isBounded =
            tool.name.utf8.count <= MCPLimits.name && tool.description.utf8.count < 4 * MCPLimits.description
        try hold(isBounded && !tool.name.isEmpty && tool.digest.utf8.count == 71, "\(tool)")
    }
    guard let outcome = try? CallReading.outcome(result) else { return }
    switch outcome {
    case .answer(.result(let text, _, _)):
        try hold(text.utf8.count < 4 * MCPLimits.text, "a text of \(text.utf8.count) bytes")
    case .answer(.inputRequired(let question)):
        let reply = MCPReply(question: question, isAccepted: true, content: nil)
        try hold(!InputRequests.members(answering: reply).isEmpty, "a question that cannot be answered: \(question)")
    case .again: break
    }
}
