import Foundation
import Testing

/// The spool between a real program and a real receiver.
@Suite(.timeLimit(.minutes(5))) struct SpoolDelivery {
    @Test func burstOfAHundredThousandSpansArrivesCompleteWithDefaultSettings() async throws {
        let sink = try await BriefSink()
        let probe = try await ProbeProcess(endpoint: sink.endpoint)
        #expect(try await probe.tell("end 100000 300") == "done")
        #expect(try await probe.tell("shutdown 120") == "ok 0 0")
        let spans = try sink.spans()
        #expect(spans.count == 100_000)
        #expect(Set(spans.map(\.id)).count == 100_000)
        #expect(probe.warnings == "")
    }

    /// As long as the spool holds it, an outage loses nothing.
    @Test func outageWithinTheSpoolsCapacityLosesNothing() async throws {
        let port = try FreePort.find()
        let probe = try await ProbeProcess(endpoint: "http://127.0.0.1:\(port)")
        try await probe.tell("end 200000 0")
        #expect(try await probe.tell("flush 0") == "timedOut 0 0")
        let sink = try await BriefSink(port: port)
        #expect(try await probe.tell("flush 120") == "ok 0 0")
        #expect(try await probe.tell("shutdown 120") == "ok 0 0")
        #expect(Set(try sink.spans().map(\.id)).count == 200_000)
        #expect(probe.warnings == "")
    }

    @Test func outageBeyondTheSpoolsCapacityIsCountedInConstantMemory() async throws {
        let port = try FreePort.find()
        let probe = try await ProbeProcess(endpoint: "http://127.0.0.1:\(port)")
        // 60 MiB of 600 bytes each are full after some 100,000.
        try await probe.tell("end 120000 400")
        let full = try #require(Int(await probe.tell("memory")))
        try await probe.tell("end 80000 400")
        let later = try #require(Int(await probe.tell("memory")))
        #expect(later - full < 8 << 10, "\(full) KiB, then \(later) KiB")
        let sink = try await BriefSink(port: port)
        #expect(try await probe.tell("flush 120").hasPrefix("ok "))
        let dropped = try #require(Int(await probe.tell("count otel.sdk.processor.span.processed queue_full")))
        let exported = try #require(Int(await probe.tell("count otel.sdk.exporter.span.exported -")))
        let spans = try sink.spans()
        #expect(Set(spans.map(\.id)).count == spans.count)
        #expect(spans.count == exported)
        #expect(exported + dropped == 200_000)
        #expect(dropped > 50_000 && exported > 80_000, "\(dropped) dropped, \(exported) exported")
        #expect(probe.warnings.split(separator: "\n").count == 1, "\(probe.warnings)")
        #expect(probe.warnings.contains("spool"))
        print("outage: \(exported) arrived, \(dropped) counted as dropped, \(full) KiB, then \(later) KiB resident")
    }

    /// Without a folder nothing outlives the process, and that is counted.
    @Test func unsentSpansWithoutAFolderAreLostAndCounted() async throws {
        let probe = try await ProbeProcess(endpoint: "http://127.0.0.1:\(try FreePort.find())")
        try await probe.tell("end 1500 0")
        #expect(try await probe.tell("shutdown 1") == "timedOut 1500 0")
    }
}
