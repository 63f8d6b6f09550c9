import CurlClient
import Support
import TestSupport
import Testing

/// Reading of server-sent events.
@Suite struct ServerSentEventsTests {
    private typealias Event = ServerSentEvents.Event

    @Test(
        arguments: [
            ("data: a\n\n", [Event(name: "", data: "a")]),
            ("data:a\r\n\r\ndata: b\r\r", [Event(name: "", data: "a"), Event(name: "", data: "b")]),
            ("data: a\r\ndata: b\r\n\r\n", [Event(name: "", data: "a\nb")]),
            ("data: a\ndata:\ndata:  b\n\n", [Event(name: "", data: "a\n\n b")]),
            (": comment\nevent: ping\nid: 7\nretry: 9\ndata\n\n", [Event(name: "ping", data: "")]),
            ("\u{FEFF}data: ü€🙂\n\n", [Event(name: "", data: "ü€🙂")]),
            ("event: alone\n\ndata: x\n\n", [Event(name: "", data: "x")]),
            ("data: cut", []), ("data: cut\n", []), ("\n\n\n", []), ("datax: no\nda: no\n\n", []),
        ] as [(String, [ServerSentEvents.Event])])
    func eventsAreParsedByTheSpecification(text: String, events: [ServerSentEvents.Event]) throws {
        var reader = ServerSentEvents()
        #expect(try reader.read(text.utf8) == events)
    }

    /// However the bytes are cut, in the middle of a character or of CRLF too, the same events come out.
    @Test func chunksOfAnySizeGiveTheSameEvents() throws {
        var random = SeededGenerator.announced()
        let fragments = [
            "data: a", "data: ü🙂", "event: e", ": c", "\n", "\r\n", "\r", "\n\n", "data:", "x", "\u{FEFF}", "id: 1",
        ]
        for round in 0..<500 {
            let text = (0..<Int.random(in: 1...40, using: &random)).map { _ in
                fragments.randomElement(using: &random) ?? ""
            }.joined()
            var whole = ServerSentEvents()
            let expected = try whole.read(text.utf8)
            var cut = ServerSentEvents()
            var events: [ServerSentEvents.Event] = []
            var rest = Array(text.utf8)[...]
            while !rest.isEmpty {
                let piece = rest.prefix(Int.random(in: 1...5, using: &random))
                events += try cut.read(piece)
                rest = rest.dropFirst(piece.count)
            }
            #expect(events == expected, "seed \(random.seed), round \(round): \(text.debugDescription)")
        }
    }

    @Test func linesAndEventsHaveALimit() {
        var line = ServerSentEvents(limit: 10)
        #expect(throws: ServerSentEvents.TooLong()) { try line.read("data: 12345".utf8) }
        var event = ServerSentEvents(limit: 10)
        #expect(throws: ServerSentEvents.TooLong()) { try event.read("data: 123\ndata: 456\ndata: 7890\n\n".utf8) }
    }
}
