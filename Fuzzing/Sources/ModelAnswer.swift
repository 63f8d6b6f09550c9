@testable import CurlClient
@testable import LanguageModels

/// However an event stream is cut into pieces, the events are the same. Whatever the events are, an answer is assembled
/// or rejected, and the pieces of text that the caller received add up to the answer's text.
func checkModelAnswer(_ input: [UInt8]) throws {
    var whole = ServerSentEvents(limit: 1 << 16)
    let expected = try? whole.read(input)
    var cut = ServerSentEvents(limit: 1 << 16)
    var events: [ServerSentEvents.Event]? = []
    // The input decides where it is cut, so that the fuzzer can move the cuts.
    var rest = input[...]
    while let first = rest.first, events != nil {
        let piece = rest.prefix(Int(first % 7) + 1)
        rest = rest.dropFirst(piece.count)
        events = (try? cut.read(piece)).flatMap { new in events.map { $0 + new } }
    }
    try hold(events == expected, "cut otherwise, other events come out")
    try put(expected ?? [], into: ChatCompletionAssembly(model: "m", service: "s"))
    try put(expected ?? [], into: MessageAssembly(model: "m", service: "s", formTool: nil))
    // When the answer is structured, text beside it is received too but is not part of the answer.
    try put(expected ?? [], into: MessageAssembly(model: "m", service: "s", formTool: "form"), isForm: true)
}

private func put(
    _ events: [ServerSentEvents.Event], into assembly: some AnswerAssembly, isForm: Bool = false
) throws {
    var assembly = assembly
    var streamed = ""
    for event in events where !assembly.isComplete {
        guard let pieces = try? assembly.take(event) else { return }
        for case .text(let piece) in pieces { streamed += piece }
    }
    guard let response = try? assembly.response() else { return }
    let isConsistent =
        isForm ? response.text == "{}" || response.text.utf8.count <= streamed.utf8.count : response.text == streamed
    try hold(isConsistent, "told \(streamed), answered \(response.text)")
    try hold(response.usage.inputTokens < .max && response.toolCalls.count <= 256, "more than there may be")
}
