import Logging
import Telemetry
import Testing
import Tracing

@Suite(.timeLimit(.minutes(10))) struct LogTests {
    struct Failure: Error {}

    func logger(_ handler: some LogHandler) -> Logger { Logger(label: "test.logger") { _ in handler } }

    @Test func logCarriesTheActiveSpan() async throws {
        let (system, exporter) = recordingSystem()
        var log = logger(system.logHandler(label: "core"))
        log[metadataKey: "job"] = "j1"
        log.debug("too quiet")
        let span = system.tracer.withSpan("work") { span in
            log.warning(
                "coordinator.retry.scheduled",
                metadata: ["n": .stringConvertible(2), "nested": ["a": "1", "b": ["x", "y"]]])
            return span.spanContext
        }
        log.info("outside")
        #expect(await system.shutdown(within: longWait).outcome == .ok)
        let line = try #require(exporter.logs.first)
        #expect(exporter.logs.map(\.body) == ["coordinator.retry.scheduled", "outside"])
        #expect(line.severity == 13 && line.severityText == "WARN")
        #expect(line.eventName == "coordinator.retry.scheduled")
        #expect(line.traceID == span.traceID && line.spanID == span.spanID && line.flags == 1)
        #expect(line.scope.name == "core")
        #expect(
            line.attributes == [
                Attribute("job", .string("j1")), Attribute("n", .int(2)), Attribute("nested.a", .string("1")),
                Attribute("nested.b", .array([.string("x"), .string("y")])),
            ])
        #expect(exporter.logs.last?.traceID == nil)
        #expect(exporter.logs.last?.eventName == "")
    }

    /// Receivers refuse a whole request for one value that is nested too deeply.
    @Test func deeplyNestedMetadataBecomesText() async throws {
        let (system, exporter) = recordingSystem()
        var list = Logger.MetadataValue.string("x")
        var dictionary = list
        for _ in 0..<500 {
            list = .array([list])
            dictionary = .dictionary(["k": .array([dictionary])])
        }
        logger(system.logHandler(label: "core")).info("deep", metadata: ["list": list, "dictionary": dictionary])
        _ = await system.shutdown(within: longWait)
        func depth(_ value: AttributeValue) -> Int {
            guard case .array(let values) = value else { return 0 }
            return 1 + (values.map(depth).max() ?? 0)
        }
        let attributes = try #require(exporter.logs.first).attributes
        #expect(attributes.count == 2)
        #expect(attributes.allSatisfy { depth($0.value) <= 8 })
    }

    @Test func errorAndEventNameBecomeAttributes() async throws {
        let (system, exporter) = recordingSystem()
        var handler = system.logHandler(label: "core")
        handler.metadataProvider = Logger.MetadataProvider { ["event.name": "my.event", "p": "q"] }
        logger(handler).error("broke", error: Failure())
        _ = await system.shutdown(within: longWait)
        let line = try #require(exporter.logs.first)
        #expect(line.eventName == "my.event")
        #expect(line.attributes.map(\.key) == ["p", "exception.message", "exception.type"])
    }

    @Test func textConsoleFormatIsOneReadableLine() throws {
        let lines = Lines()
        let console = ConsoleLogHandler(label: "core", format: .text, sink: { lines.append($0) })
        logger(console).warning(
            "coordinator.retry.scheduled",
            metadata: ["gen_ai.agent.name": "drafter", "coordinator.attempt.number": "2", "why": "a b", "empty": ""])
        logger(console).debug("not shown")
        let line = try #require(lines.all.first)
        #expect(lines.all.count == 1)
        let pattern =
            /\d\d:\d\d:\d\d\.\d{3} WARN  coordinator\.retry\.scheduled attempt\.number=2 empty="" agent=drafter why="a b"\n/
        #expect(line.wholeMatch(of: pattern) != nil, "\(line)")
    }

    @Test func hostileMessageIsOneEscapedLine() throws {
        let lines = Lines()
        let console = ConsoleLogHandler(label: "core", format: .text, sink: { lines.append($0) })
        logger(console).info("a\nb\u{1B}[2J", metadata: ["k\n": "v\r\n12:00:00.000 ERROR forged\u{202E}\""])
        let line = try #require(lines.all.first)
        #expect(line.unicodeScalars.filter { $0.value < 0x20 } == ["\n"])
        #expect(line.contains("a\\nb\\u{1b}[2J"))
        #expect(line.contains(#"k\n="v\r\n12:00:00.000 ERROR forged\u{202e}\"""#))
    }

    @Test func jsonConsoleFormatHasTheSpan() async throws {
        let (system, exporter) = recordingSystem()
        let lines = Lines()
        let console = ConsoleLogHandler(label: "core", format: .json, level: .debug, sink: { lines.append($0) })
        let log = logger(system.logHandler(label: "core", forwardingTo: console))
        let span = system.tracer.withSpan("work") { span in
            log.debug("say \"hi\"\u{1}", metadata: ["n": .stringConvertible(1.5), "t": .stringConvertible(true)])
            return span.spanContext
        }
        let line = try #require(lines.all.first)
        #expect(line.hasPrefix("{\"time\":\"20"))
        #expect(
            line.hasSuffix(
                #""level":"DEBUG","message":"say \"hi\"\u0001","logger":"core","trace_id":""#
                    + "\(span.traceID)\",\"span_id\":\"\(span.spanID)\",\"attributes\":{\"n\":1.5,\"t\":true}}\n"))
        _ = await system.shutdown(within: longWait)
        #expect(exporter.logs.count == 1)
    }
}
