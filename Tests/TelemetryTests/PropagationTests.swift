import Support
import Telemetry
import TestSupport
import Testing
import Tracing

@Suite(.timeLimit(.minutes(10))) struct PropagationTests {
    let system = recordingSystem().system

    func extract(_ headers: [String: String]) -> ServiceContext {
        var context = ServiceContext.topLevel
        system.tracer.extract(headers, into: &context, using: HeaderCarrier())
        return context
    }

    func inject(_ context: ServiceContext) -> [String: String] {
        var headers: [String: String] = [:]
        system.tracer.inject(context, into: &headers, using: HeaderCarrier())
        return headers
    }

    @Test func extractedHeadersAreInjectedUnchanged() throws {
        let headers = [
            "traceparent": "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
            "tracestate": "rojo=00f067aa0ba902b7,congo=t61rcWkgMzE", "baggage": "user=alice,note=a%20b%25;ttl=1",
        ]
        let context = extract(headers)
        #expect(inject(context) == headers)
        let span = try #require(context.spanContext)
        #expect(span.isRemote && span.isSampled)
        #expect(span.spanID == SpanID(0xb7ad_6b71_6920_3331))
        #expect(context.baggage["note"] == "a b%")
    }

    @Test func spanContinuesTheRemoteTrace() async throws {
        let (system, exporter) = recordingSystem()
        var context = ServiceContext.topLevel
        system.tracer.extract(
            ["traceparent": "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", "tracestate": "a=b"],
            into: &context, using: HeaderCarrier())
        system.tracer.startSpan("server", context: context).end()
        _ = await system.shutdown(within: longWait)
        let span = try #require(exporter.spans.first)
        #expect(span.traceID.description == "0af7651916cd43dd8448eb211c80319c")
        #expect(span.parentSpanID?.description == "b7ad6b7169203331")
        #expect(span.parentIsRemote)
        #expect(span.traceState == "a=b")
    }

    @Test(arguments: [
        "", "00", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331",
        "00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-01",
        "00-00000000000000000000000000000000-b7ad6b7169203331-01",
        "00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01",
        "ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
        "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-more",
        "01-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01more",
        "00_0af7651916cd43dd8448eb211c80319c_b7ad6b7169203331_01",
        "00-0af7651916cd43dd8448eb211c80319g-b7ad6b7169203331-01",
        " 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
    ])
    func malformedTraceparentIsIgnored(_ header: String) {
        #expect(extract(["traceparent": header, "tracestate": "a=b"]).spanContext == nil)
    }

    @Test func laterTraceparentVersionIsReadAsTheKnownOne() {
        let header = "cc-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-09-what-the-future-brings"
        let span = extract(["traceparent": header]).spanContext
        #expect(span?.flags == 1)
        #expect(span?.spanID == SpanID(0xb7ad_6b71_6920_3331))
    }

    @Test(arguments: ["a", "a=b,a=c", "A=b", "a=b=c", "a=", "=b", "a=ü", String(repeating: "a=b,", count: 33)])
    func malformedTracestateIsDroppedAndTheParentKept(_ state: String) {
        let headers = [
            "traceparent": "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00", "tracestate": state,
        ]
        let span = extract(headers).spanContext
        #expect(span?.traceState == "")
        #expect(span?.isSampled == false)
    }

    @Test(arguments: ["00", "01", "02", "03"]) func flagsSampledAndRandomArePassedOn(flags: String) async throws {
        let (system, exporter) = recordingSystem()
        let parent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-\(flags)"
        var context = ServiceContext.topLevel
        system.tracer.extract(["traceparent": parent], into: &context, using: HeaderCarrier())
        #expect(inject(context)["traceparent"] == parent)
        let span = system.tracer.startSpan("server", context: context)
        #expect(inject(span.context)["traceparent"]?.hasSuffix("-\(flags)") == true)
        let child = system.tracer.startSpan("child", context: span.context)
        #expect(inject(child.context)["traceparent"]?.hasSuffix("-\(flags)") == true)
        child.end()
        span.end()
        _ = await system.shutdown(within: longWait)
        // Of a trace that is not sampled none are recorded.
        #expect(
            exporter.spans.map(\.flags)
                == (flags.hasSuffix("1") || flags.hasSuffix("3") ? [3, 3] : []).map { $0 & (UInt8(flags) ?? 0) })
    }

    @Test func reservedFlagsAreNotPassedOn() {
        let parent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-ff"
        let context = extract(["traceparent": parent])
        #expect(context.spanContext?.flags == 3)
        #expect(inject(context)["traceparent"]?.hasSuffix("-03") == true)
    }

    @Test(arguments: ["01", "cc", "fe"]) func ofALaterVersionTheKnownPartIsRead(version: String) {
        for end in ["", "-extra", "-"] {
            let parent = "\(version)-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-03\(end)"
            #expect(
                inject(extract(["traceparent": parent]))["traceparent"]
                    == "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-03")
        }
    }

    @Test(arguments: [
        ("k=aa%ffcc,z=1", "k=aa%EF%BF%BDcc,z=1"), ("k=%C3,z=1", "k=%EF%BF%BD,z=1"), ("k=%C3%BC", "k=%C3%BC"),
        ("k=v;p1;p2=x\t;  p3 , z = 1", "k=v;p1;p2=x\t;  p3,z=1"), ("k=a=b==,z=", "k=a=b==,z="), ("x~a=1", "x~a=1"),
        ("k=%zz,z=1", "z=1"), ("k=é,z=1", "z=1"), ("k=a b,z=1", "z=1"), ("k,z=1", "z=1"),
    ])
    func baggageIsPassedOnWithWhatTheRecommendationReplacesReplaced(header: String, expected: String) {
        #expect(inject(extract(["baggage": header]))["baggage"] == expected)
    }

    @Test func baggageOfAtLeast64MembersAnd8192BytesIsPassedOnWholeAndMoreUpToTheLimits() {
        let member = String(repeating: "v", count: 123)
        // 64 members of 127 bytes, and 63 commas.
        let whole = (100..<164).map { "\($0)=\(member)" }.joined(separator: ",")
        #expect(whole.utf8.count == 64 * 127 + 63 && whole.utf8.count <= 8_192)
        #expect(inject(extract(["baggage": whole]))["baggage"] == whole)
        // Beyond the limit of bytes the members within it stay.
        #expect(inject(extract(["baggage": "\(whole),end=\(member)"]))["baggage"] == whole)
        let many = (0..<400).map { "k\($0)=1" }
        #expect(
            inject(extract(["baggage": many.joined(separator: ",")]))["baggage"]
                == many.prefix(Baggage.maximumEntries).joined(separator: ","))
        // U+FFFD takes more room than the byte that it replaces: what no longer fits is left out.
        let grown = inject(
            extract(["baggage": (0..<60).map { "k\($0)=" + String(repeating: "%ff", count: 40) }.joined(separator: ",")]
            ))
        #expect(
            (grown["baggage"]?.utf8.count ?? 0) <= Baggage.maximumLength
                && grown["baggage"]?.hasPrefix("k0=%EF") == true)
    }

    /// A header may be anything, and the limit may fall inside a scalar.
    @Test(arguments: [
        (String(repeating: ",", count: 8_191) + "é", ""), (String(repeating: ",", count: 8_186) + "k=1,é", "k=1"),
        (String(repeating: ",", count: 8_187) + "k=1,é", "k=1"), (String(repeating: ",", count: 8_188) + "k=1é", ""),
        (String(repeating: ",", count: 8_189) + "k=1,z=2", "k=1"), (String(repeating: ",", count: 8_192), ""),
        ("k=1,\u{301}a=2,z=3", "k=1,z=3"), ("k=\u{301}1,z=3", "z=3"), ("k=1;\u{301}p,z=3", "z=3"),
    ])
    func baggageIsReadByBytes(header: String, expected: String) {
        #expect(inject(extract(["baggage": header]))["baggage"] ?? "" == expected)
    }

    @Test func malformedBaggageMembersAreDropped() {
        let baggage = extract(["baggage": "good=1, ,=x,bad key=2,pct=%zz,cut=%4,also = fine ,good=3,q=\"quoted\""])
            .baggage
        #expect(baggage.entries.map(\.key) == ["good", "also"])
        #expect(baggage["good"] == "3")
        #expect(baggage["also"] == "fine")
    }

    @Test(arguments: [(8190, true), (8191, false)]) func baggageUpToTheMaximumLengthIsPropagated(
        length: Int, goesOn: Bool
    ) {
        let header = "k=" + String(repeating: "v", count: length)
        #expect(inject(extract(["baggage": header]))["baggage"] == (goesOn ? header : nil))
    }

    @Test func everyBaggageValueRoundTrips() {
        var random = SeededGenerator.announced()
        for _ in 0..<300 {
            var context = ServiceContext.topLevel
            let value = random.text()
            context.baggage["key"] = value
            #expect(extract(inject(context)).baggage["key"] == value)
        }
    }

    @Test func everySpanContextRoundTrips() {
        var random = SeededGenerator.announced()
        for _ in 0..<300 {
            let parent =
                "00-\(TraceID(high: random.next(), low: random.next() | 1))-\(SpanID(random.next() | 1))-0\(Int.random(in: 0...1, using: &random))"
            #expect(inject(extract(["traceparent": parent]))["traceparent"] == parent)
        }
    }

    @Test func mutatedHeadersNeverGiveAnInvalidContext() {
        var random = SeededGenerator.announced()
        let valid = Array("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01".utf8)
        for _ in 0..<3000 {
            var bytes = valid
            for _ in 0..<Int.random(in: 1...3, using: &random) {
                switch Int.random(in: 0...2, using: &random) {
                case 0 where !bytes.isEmpty:
                    bytes[Int.random(in: 0..<bytes.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
                case 1 where !bytes.isEmpty: bytes.remove(at: Int.random(in: 0..<bytes.count, using: &random))
                default:
                    bytes.insert(
                        UInt8.random(in: 0...255, using: &random), at: Int.random(in: 0...bytes.count, using: &random))
                }
            }
            let text = String(decoding: bytes, as: UTF8.self)
            let context = extract([
                "traceparent": text, "tracestate": random.text(), "baggage": random.text(),
            ])
            guard let span = context.spanContext else { continue }
            #expect(span.traceID != TraceID(high: 0, low: 0))
            #expect(span.spanID != SpanID(0))
            // What was accepted is written in the one valid form.
            #expect(inject(context)["traceparent"]?.utf8.count == 55)
        }
    }

    @Test func propagatorsCanBeDisabled() async {
        let (system, _) = recordingSystem { $0.propagators = [] }
        var headers: [String: String] = [:]
        let span = system.tracer.startSpan("alone")
        system.tracer.inject(span.context, into: &headers, using: HeaderCarrier())
        #expect(headers.isEmpty)
        span.end()
        _ = await system.shutdown(within: longWait)
    }
}

extension SeededGenerator {
    /// Up to 40 scalars from all over Unicode, control characters and separators among them.
    fileprivate mutating func text() -> String {
        text(40, of: (UInt8.min...0x7F).map { String(Unicode.Scalar($0)) })
    }
}
