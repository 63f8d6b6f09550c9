import Coordinator
import Support
import TestSupport
import Testing

@testable import MCPClient

/// The books of what is asked and answered.
@Suite struct CallsMachine {
    private let answer: Result<JSONObject, RPCFault> = .success([:])

    @Test func eachCallIsAnsweredOnce() throws {
        var calls = RPCCalls()
        let (one, other) = (calls.begin(), calls.begin())
        let (first, second) = (try #require(one), try #require(other))
        #expect(first != second)
        #expect(calls.take(.answer(.number(second), answer)) == .finish(second, answer))
        #expect(calls.take(.answer(.number(second), answer)) == .ignore("an answer to no open request"))
        #expect(calls.take(.answer(.text("\(first)"), answer)) == .ignore("an answer to no open request"))
        let abandoned = [calls.abandon(first), calls.abandon(first)]
        #expect(abandoned == [true, false])
        #expect(calls.take(.answer(.number(first), answer)) == .ignore("an answer to no open request"))
    }

    @Test func callsHaveALimitAndFreeTheirPlaces() throws {
        var calls = RPCCalls(limit: 2)
        let begun = calls.begin()
        let first = try #require(begun)
        let further = [calls.begin(), calls.begin()]
        #expect(further[0] != nil && further[1] == nil)
        _ = calls.abandon(first)
        let last = calls.begin()
        #expect(last != nil)
        let ended = [calls.end().count, calls.end().count]
        #expect(ended == [2, 0])
    }

    @Test func whatBelongsToNothingIsCounted() {
        var calls = RPCCalls(strayLimit: 4)
        #expect(calls.takeMalformed("x") == .ignore("something else than a message: x"))
        #expect(calls.take(.notification(method: "a", params: [:])) == .ignore("the notification a"))
        #expect(
            calls.take(.request(.number(1), method: "ping", params: [:]))
                == .send(.answer(.number(1), .success([:])), question: nil, asking: []))
        #expect(
            calls.take(.answer(nil, .failure(RPCFault(code: -32_700, message: ""))))
                == .ignore("the error -32700 about a message that it could not read"))
        #expect(calls.take(.notification(method: "a", params: [:])) == .giveUp)
    }

    @Test func progressIsForOpenCallsAndHasALimit() throws {
        var calls = RPCCalls(reportLimit: 1)
        let begun = calls.begin()
        let id = try #require(begun)
        let params: JSONObject = ["progressToken": .integer(id), "progress": 0.5, "message": "half\nway"]
        guard
            case .report(id, let progress) = calls.take(.notification(method: "notifications/progress", params: params))
        else {
            Issue.record("no report")
            return
        }
        #expect(progress.text == "half way (0.5)")
        let message = RPCMessage.notification(method: "notifications/progress", params: params)
        #expect(calls.take(message) == .ignore("too many notices of progress"))
        _ = calls.abandon(id)
        #expect(calls.take(message) == .ignore("progress of no open call"))
    }

    @Test func nobodyIsAskedDuringACallAndItIsKnownWhose() throws {
        var calls = RPCCalls()
        let begun = calls.begin()
        let id = try #require(begun)
        let message = RPCMessage.request(.text("q"), method: "elicitation/create", params: ["message": "Sure?"])
        #expect(
            calls.take(message)
                == .send(.answer(.text("q"), .success(["action": "cancel"])), question: "Sure?", asking: [id]))
    }

    /// Whatever comes in whatever order, each call is finished at most once, and only while it is open.
    @Test func booksAreKeptWhateverComes() {
        var random = SeededGenerator.announced()
        var calls = RPCCalls(limit: 5, strayLimit: 20_000)
        var open: Set<Int64> = []
        for _ in 0..<10_000 {
            // Mostly one that is open, or was.
            let id =
                Bool.random(using: &random)
                ? open.sorted().randomElement(using: &random) ?? 1 : Int64.random(in: 1...6_000, using: &random)
            switch Int.random(in: 0..<4, using: &random) {
            case 0:
                let begun = calls.begin()
                #expect((begun == nil) == (open.count == 5))
                if let begun { #expect(open.insert(begun).inserted) }
            case 1:
                let wasOpen = calls.abandon(id)
                #expect(wasOpen == (open.remove(id) != nil))
            case 2:
                let isOpen = open.remove(id) != nil
                let action = calls.take(.answer(.number(id), answer))
                #expect((action == .finish(id, answer)) == isOpen)
            default:
                _ = calls.take(.notification(method: "notifications/progress", params: ["progressToken": .integer(id)]))
            }
        }
        let left = calls.end()
        #expect(Set(left) == open)
    }
}

/// Reading of messages.
@Suite struct MessageReading {
    @Test(arguments: [
        (#"{"jsonrpc":"2.0","id":1,"result":{}}"#, RPCMessage.answer(.number(1), .success([:]))),
        (
            #"{"jsonrpc":"2.0","id":null,"error":{"code":-1,"message":"m"}}"#,
            .answer(nil, .failure(RPCFault(code: -1, message: "m")))
        ),
        (#"{"jsonrpc":"2.0","id":"a","method":"m"}"#, .request(.text("a"), method: "m", params: [:])),
        (#"{"jsonrpc":"2.0","method":"m","params":{"a":1}}"#, .notification(method: "m", params: ["a": 1])),
    ]) func messagesAreReadAndWritten(text: String, message: RPCMessage) throws {
        #expect(try RPCMessage(text.utf8) == message)
        #expect(try RPCMessage(#require(message.bytes)) == message)
    }

    @Test(arguments: [
        "", "x", "[]", "{}", #"{"jsonrpc":"1.0","id":1,"result":{}}"#, #"{"jsonrpc":"2.0","id":1}"#,
        #"{"jsonrpc":"2.0","id":1.5,"method":"m"}"#, #"{"jsonrpc":"2.0","id":1,"result":[]}"#,
        #"{"jsonrpc":"2.0","result":{}}"#, #"[{"jsonrpc":"2.0","id":1,"result":{}}]"#,
    ]) func whatIsNoneIsToldApart(text: String) {
        #expect(throws: RPCMessage.Malformed.self) { try RPCMessage(text.utf8) }
    }

    @Test func linesAreCutWhereverTheBytesAre() throws {
        let bytes = Array("a\n\r\n  \nbc\r\nd".utf8)
        for size in 1...bytes.count {
            var lines = MessageLines()
            var found: [[UInt8]] = []
            for start in stride(from: 0, to: bytes.count, by: size) {
                found += try lines.read(bytes[start..<min(start + size, bytes.count)])
            }
            #expect(found == [Array("a".utf8), Array("bc".utf8)])
        }
    }

    @Test func linesHaveALimit() throws {
        var lines = MessageLines(limit: 4)
        #expect(try lines.read(Array("abcd\n".utf8)).count == 1)
        _ = try lines.read(Array("abcd".utf8))
        #expect(throws: MessageLines.TooLong.self) { try lines.read(Array("e".utf8)) }
    }
}
