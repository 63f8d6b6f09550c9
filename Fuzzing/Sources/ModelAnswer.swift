@testable import LanguageModels

/// However an event stream is cut, the same events come out; whatever they say, an answer is put together or refused, and
/// what listeners were told of text is the answer's text.
func checkModelAnswer(_ input: [UInt8]) throws {
    var whole = ServerSentEvents(limit: 1 << 16)
    let expected = try? whole.read(input)
    var cut = ServerSentEvents(limit: 1 << 16)
    var events: [ServerSentEvents.Event]? = []
    // Where it is cut depends on the input, so that the fuzzer can move it.
    var rest = input[...]
    while let first = rest.first, events != nil {
        let piece = rest.prefix(Int(first % 7) + 1)
        rest = rest.dropFirst(piece.count)
        events = (try? cut.read(piece)).flatMap { new in events.map { $0 + new } }
    }
    try hold(events == expected, "cut otherwise, other events come out")
    try put(expected ?? [], into: ChatCompletionAssembly(model: "m", service: "s"))
    try put(expected ?? [], into: MessageAssembly(model: "m", service: "s", formTool: nil))
    // Of an answer in a form, other words that came with it are told and are not the answer.
    try put(expected ?? [], into: MessageAssembly(model: "m", service: "s", formTool: "form"), isForm: true)
}

private func put(
    _ events: [ServerSentEvents.Event], into assembly: some AnswerAssembly, isForm: Bool = false
) throws {
    var assembly = assembly
    var told = ""
    for event in events where !assembly.isComplete {
        guard let pieces = try? assembly.take(event) else { return }
        for case .text(let piece) in pieces { told += piece }
    }
    guard let response = try? assembly.response() else { return }
    let isTold = isForm ? response.text == "{}" || response.text.utf8.count <= told.utf8.count : response.text == told
    try hold(isTold, "told \(told), answered \(response.text)")
    try hold(response.usage.inputTokens < .max && response.toolCalls.count <= 256, "more than there may be")
}
