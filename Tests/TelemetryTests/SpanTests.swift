import Telemetry
import Testing
import Tracing

@Suite(.timeLimit(.minutes(10))) struct SpanTests {
    struct Failure: Error, CustomStringConvertible {
        var description: String { "it broke" }
    }

    @Test func childHasItsParentsTraceAndSpanID() async throws {
        let (system, exporter) = recordingSystem()
        system.tracer.withSpan("parent") { _ in
            system.tracer.withSpan("child", ofKind: .client) { _ in }
        }
        #expect(await system.shutdown(within: longWait).outcome == .ok)
        let child = try #require(exporter.spans.first { $0.name == "child" })
        let parent = try #require(exporter.spans.first { $0.name == "parent" })
        #expect(child.traceID == parent.traceID)
        #expect(child.parentSpanID == parent.spanID)
        #expect(child.spanID != parent.spanID)
        #expect(child.kind == .client && parent.kind == .internal)
        #expect(parent.parentSpanID == nil)
        #expect(child.parentIsRemote == false)
        #expect(child.flags == 1)
    }

    @Test func timesAreExactlyTheGivenInstants() async throws {
        let (system, exporter) = recordingSystem()
        let span = system.tracer.startSpan("exact", at: TestInstant(nanosecondsSinceEpoch: 1_700_000_000_123_456_789))
        span.addEvent(SpanEvent(name: "middle", at: TestInstant(nanosecondsSinceEpoch: 1_700_000_000_200_000_001)))
        span.end(at: TestInstant(nanosecondsSinceEpoch: 1_700_000_001_000_000_007))
        span.end(at: TestInstant(nanosecondsSinceEpoch: 1_800_000_000_000_000_000))
        _ = await system.shutdown(within: longWait)
        #expect(exporter.spans.count == 1)
        let record = try #require(exporter.spans.first)
        #expect(record.startTime == 1_700_000_000_123_456_789)
        #expect(record.endTime == 1_700_000_001_000_000_007)
        #expect(record.events.map(\.time) == [1_700_000_000_200_000_001])
    }

    @Test func endBeforeTheStartIsClampedToTheStart() async {
        let (system, exporter) = recordingSystem()
        system.tracer.startSpan("back", at: TestInstant(nanosecondsSinceEpoch: 500))
            .end(at: TestInstant(nanosecondsSinceEpoch: 400))
        _ = await system.shutdown(within: longWait)
        #expect(exporter.spans.map(\.endTime) == [500])
    }

    @Test func attributesOfEveryTypeArriveSortedByKey() async throws {
        let (system, exporter) = recordingSystem()
        let span = system.tracer.startSpan("typed")
        span.attributes = [
            "z": "text", "a": 1, "m": true, "d": 0.5, "l": .stringArray(["x", "y"]), "i": .int32(7),
            "c": .stringConvertible(Duration.seconds(1)), "empty": "", "zero": 0, "no": false,
        ]
        span.end()
        _ = await system.shutdown(within: longWait)
        let record = try #require(exporter.spans.first)
        #expect(
            record.attributes == [
                Attribute("a", .int(1)), Attribute("c", .string("1.0 seconds")), Attribute("d", .double(0.5)),
                Attribute("empty", .string("")), Attribute("i", .int(7)),
                Attribute("l", .array([.string("x"), .string("y")])), Attribute("m", .bool(true)),
                Attribute("no", .bool(false)), Attribute("z", .string("text")), Attribute("zero", .int(0)),
            ])
    }

    @Test func limitsDropAndCount() async throws {
        let (system, exporter) = recordingSystem { configuration in
            configuration.spanLimits.attributes = 2
            configuration.spanLimits.events = 1
            configuration.spanLimits.links = 1
            configuration.spanLimits.attributesPerEvent = 1
            configuration.spanLimits.valueLength = 3
        }
        let span = system.tracer.startSpan("limited")
        span.attributes["kept"] = "first value"
        span.attributes = span.attributes.adding(["b": "β-value", "c": "3", "d": "4"])
        span.addEvent(SpanEvent(name: "one", attributes: ["x": 1, "y": 2]))
        span.addEvent("two")
        span.addEvent("three")
        let other = system.tracer.startSpan("other")
        span.addLink(SpanLink(context: other.context, attributes: ["reason": "retry"]))
        span.addLink(SpanLink(context: other.context, attributes: [:]))
        span.end()
        other.end()
        _ = await system.shutdown(within: longWait)
        let record = try #require(exporter.spans.first { $0.name == "limited" })
        #expect(record.attributes == [Attribute("b", .string("β-v")), Attribute("kept", .string("fir"))])
        #expect(record.droppedAttributes == 2)
        #expect(record.events.map(\.name) == ["one"])
        #expect(record.events.first?.attributes == [Attribute("x", .int(1))])
        #expect(record.events.first?.droppedAttributes == 1)
        #expect(record.droppedEvents == 2)
        #expect(record.links.map(\.spanID) == [other.spanContext.spanID])
        #expect(record.links.first?.attributes == [Attribute("reason", .string("ret"))])
        #expect(record.droppedLinks == 1)
    }

    @Test func okStatusIsFinalAndAThrownErrorKeepsTheMessage() async {
        let (system, exporter) = recordingSystem()
        let fine = system.tracer.startSpan("fine")
        fine.setStatus(SpanStatus(code: .error, message: "at first"))
        fine.setStatus(SpanStatus(code: .ok))
        fine.setStatus(SpanStatus(code: .error, message: "too late"))
        fine.end()
        try? system.tracer.withSpan("broken") { span in
            span.setStatus(SpanStatus(code: .error, message: "timeout"))
            throw Failure()
        }
        system.tracer.startSpan("plain").end()
        _ = await system.shutdown(within: longWait)
        let byName = Dictionary(uniqueKeysWithValues: exporter.spans.map { ($0.name, $0.status) })
        #expect(byName == ["fine": .ok, "broken": .error(message: "timeout"), "plain": .unset])
    }

    @Test func recordedErrorIsAnExceptionEvent() async throws {
        let (system, exporter) = recordingSystem()
        let span = system.tracer.startSpan("failing")
        span.recordError(Failure(), attributes: ["attempt": 2])
        span.end()
        _ = await system.shutdown(within: longWait)
        let event = try #require(exporter.spans.first?.events.first)
        #expect(event.name == "exception")
        #expect(
            event.attributes == [
                Attribute("attempt", .int(2)), Attribute("exception.message", .string("it broke")),
                Attribute("exception.type", .string("TelemetryTests.SpanTests.Failure")),
            ])
    }

    @Test func endedSpanIsImmutable() async throws {
        let (system, exporter) = recordingSystem()
        let span = system.tracer.startSpan("ended")
        span.end()
        #expect(!span.isRecording)
        span.operationName = "renamed"
        span.attributes["late"] = 1
        span.addEvent("late")
        span.setStatus(SpanStatus(code: .error))
        span.end()
        _ = await system.shutdown(within: longWait)
        #expect(exporter.spans.map(\.name) == ["ended"])
        #expect(exporter.spans.first?.attributes == [])
        #expect(exporter.spans.first?.status == .unset)
    }

    @Test func scopeOfASpanIsTheModuleThatStartsIt() async {
        let (system, exporter) = recordingSystem()
        system.tracer.startSpan("here").end()
        system.tracer.startSpan("there", context: .topLevel, file: "OtherModule/File.swift").end()
        _ = await system.shutdown(within: longWait)
        let scopes = exporter.received.compactMap { batch -> String? in
            if case .spans(_, let scope) = batch { scope.name } else { nil }
        }
        #expect(Set(scopes) == ["TelemetryTests", "OtherModule"])
    }

    @Test func activeSpanIsFoundByItsContext() async {
        let (system, _) = recordingSystem()
        let span = system.tracer.startSpan("active")
        #expect(system.tracer.activeSpan(identifiedBy: span.context)?.spanContext == span.spanContext)
        #expect(system.tracer.activeSpan(identifiedBy: .topLevel) == nil)
        span.end()
        _ = await system.shutdown(within: longWait)
    }
}

extension SpanAttributes {
    func adding(_ other: SpanAttributes) -> SpanAttributes {
        var result = self
        result.merge(other)
        return result
    }
}
