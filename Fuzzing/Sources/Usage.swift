import Foundation

@testable import Coordinator
@testable import CurlClient
@testable import LanguageModels

/// Whatever a service states as usage, it is counted within bounds, alone and summed, and has a finite cost.
func checkUsage(_ input: [UInt8]) throws {
    let stated = text(input)
    var chat = ChatCompletionAssembly(model: "m", service: "s")
    try take(["choices": [["delta": ["content": "x"], "finish_reason": "stop"]]], into: &chat)
    _ = try? chat.take(event(#"{"choices":[],"usage":\#(stated)}"#))
    var message = MessageAssembly(model: "m", service: "s", formTool: nil)
    _ = try? message.take(event(#"{"type":"message_start","message":{"usage":\#(stated)}}"#))
    _ = try? message.take(event(#"{"type":"message_delta","delta":{},"usage":\#(stated)}"#))
    let answers = [try? chat.response(), try? message.response()].compactMap(\.self)
    try hold(answers.count == 2, "usage spoils an answer")
    let price = PriceTable.Price(input: PriceTable.highestPrice, output: PriceTable.highestPrice)
    var sum = ModelUsage()
    for answer in answers {
        var usage = answer.usage
        usage.costUSD = price.cost(of: usage)
        for _ in 0..<3 { sum = sum + usage }
        let counted = Contribution.Usage(usage)
        try hold(counted.fault == nil && counted.inputTokens >= 0 && counted.costUSD >= 0, "counted as \(counted)")
    }
    let counted = Contribution.Usage(sum)
    try hold(counted.fault == nil, "summed to \(counted)")
    try hold(
        try JSONDecoder().decode(type(of: counted), from: JSONEncoder().encode(counted)) == counted, "lost in JSON")
}

private func event(_ data: String) -> ServerSentEvents.Event { ServerSentEvents.Event(name: "", data: data) }

private func take(_ document: JSONValue, into assembly: inout ChatCompletionAssembly) throws {
    _ = try assembly.take(event(try document.json()))
}
