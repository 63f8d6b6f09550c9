import Telemetry
import Testing
import Tracing

@Suite(.timeLimit(.minutes(10))) struct SamplingTests {
    @Test func idsNeverRepeatAndNeverAreZero() {
        let ids = RandomIDGenerator()
        let spans = (0..<20_000).map { _ in ids.makeSpanID() }
        let traces = (0..<20_000).map { _ in ids.makeTraceID() }
        #expect(Set(spans).count == spans.count)
        #expect(Set(traces).count == traces.count)
        #expect(!spans.contains(SpanID(0)))
    }

    @Test func equalSeedsGiveEqualIDs() {
        let first = RandomIDGenerator(seed: 7)
        let second = RandomIDGenerator(seed: 7)
        #expect(first.makeTraceID() == second.makeTraceID())
        #expect(first.makeSpanID() == second.makeSpanID())
        #expect(RandomIDGenerator(seed: 8).makeSpanID() != RandomIDGenerator(seed: 7).makeSpanID())
    }

    @Test func idsReadAsLowercaseHexadecimal() {
        #expect(TraceID(high: 0xABC, low: 1).description == "0000000000000abc0000000000000001")
        #expect(SpanID(0xFEDC_BA98_7654_3210).description == "fedcba9876543210")
    }

    @Test func ratioSamplerKeepsTheRatio() {
        let ids = RandomIDGenerator(seed: 42)
        let sampler = Sampler.traceIDRatio(0.25)
        let kept = (0..<40_000).count { _ in sampler.isSampled(traceID: ids.makeTraceID(), parent: nil) }
        #expect((9_500...10_500).contains(kept))
    }

    @Test func parentDecisionIsInheritedAndRootsUseTheRootSampler() {
        let trace = TraceID(high: 1, low: 2)
        let sampled = SpanContext(traceID: trace, spanID: SpanID(3), flags: 1)
        let dropped = SpanContext(traceID: trace, spanID: SpanID(3), flags: 0)
        let sampler = Sampler.parentBased(root: .alwaysOff)
        #expect(sampler.isSampled(traceID: trace, parent: sampled))
        #expect(!sampler.isSampled(traceID: trace, parent: dropped))
        #expect(!sampler.isSampled(traceID: trace, parent: nil))
        #expect(!Sampler.alwaysOff.isSampled(traceID: trace, parent: sampled))
    }

    @Test func unsampledSpanHasIDsAndItsChildrenAreUnsampled() async {
        let (system, exporter) = recordingSystem { $0.sampler = .parentBased(root: .alwaysOff) }
        system.tracer.withSpan("root") { root in
            #expect(!root.isRecording)
            #expect(root.spanContext.flags == 0)
            #expect(root.spanContext.spanID != SpanID(0))
            let child = system.tracer.startSpan("child")
            #expect(child.spanContext.traceID == root.spanContext.traceID)
            #expect(child.spanContext.spanID != root.spanContext.spanID)
            child.end()
        }
        #expect(await system.shutdown(within: longWait).outcome == .ok)
        #expect(exporter.spans.isEmpty)
    }

    @Test func disabledSystemRecordsNothingAndStillPropagatesContext() async {
        let (system, exporter) = recordingSystem { $0.isDisabled = true }
        var headers: [String: String] = [:]
        system.tracer.withSpan("job") { span in
            #expect(!span.isRecording)
            system.tracer.inject(span.context, into: &headers, using: HeaderCarrier())
        }
        #expect(headers["traceparent"]?.hasSuffix("-00") == true)
        #expect(system.collectMetrics().isEmpty)
        #expect(await system.shutdown(within: longWait).outcome == .ok)
        #expect(exporter.received.isEmpty)
    }
}
