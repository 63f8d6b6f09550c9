import Foundation
import TestSupport
import Testing

/// What a killed process leaves arrives with the next start.
@Suite(.timeLimit(.minutes(5))) struct SpoolCrash {
    @Test func killKeepsEndedSpansAndMarksOpenOnesAsCrashed() async throws {
        let folder = try TemporaryFolder()
        let first = try await BriefSink()
        // Only a flush sends: what is under way when a process dies may arrive twice.
        let probe = try await ProbeProcess(
            endpoint: first.endpoint, directory: folder.url.path, service: "killed",
            environment: ["OTEL_BSP_MAX_EXPORT_BATCH_SIZE": "1000", "OTEL_BSP_SCHEDULE_DELAY": "3600000"])
        try await probe.tell("end 400 100")
        #expect(try await probe.tell("flush 60") == "ok 0 0")
        #expect(try first.spans().count == 400)
        try await probe.tell("open 20")
        try await probe.tell("end 500 100")
        try await probe.tell("end 100 0")
        try await probe.kill()

        let second = try await BriefSink()
        let next = try await ProbeProcess(endpoint: second.endpoint, directory: folder.url.path, service: "next")
        #expect(try await next.tell("shutdown 60") == "ok 0 0")
        let spans = try second.spans() + first.spans()
        #expect(spans.count == 1_020, "once each")
        #expect(Set(spans.map(\.id)).count == 1_020)
        #expect(Set(spans.map(\.service)) == ["killed"])
        #expect(Set(spans.map(\.scope)) == ["SpoolProbe"])
        let open = spans.filter { $0.name.hasPrefix("open") }
        #expect(open.count == 20)
        #expect(open.allSatisfy { $0.errorType == "process_crash" && $0.statusCode == 2 })
        #expect(spans.filter { $0.errorType != nil }.count == 20)
        #expect(next.warnings.contains("20 of its spans"), "\(next.warnings)")
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.url.path).isEmpty)
    }

    /// A process that ends in order leaves what could not be sent, and no crash.
    @Test func unsentSpansAreKeptForTheNextStart() async throws {
        let folder = try TemporaryFolder()
        let port = try FreePort.find()
        let probe = try await ProbeProcess(endpoint: "http://127.0.0.1:\(port)", directory: folder.url.path)
        try await probe.tell("open 3")
        try await probe.tell("end 1500 0")
        // Nobody listens there and nothing is lost by that: the end does not take the minutes it might.
        #expect(try await probe.tell("shutdown 600") == "kept 0 1500")
        #expect(try await probe.wait() == 0)

        let sink = try await BriefSink(port: port)
        let next = try await ProbeProcess(endpoint: sink.endpoint, directory: folder.url.path)
        #expect(try await next.tell("shutdown 60") == "ok 0 0")
        #expect(Set(try sink.spans().map(\.id)).count == 1_500)
        #expect(try sink.spans().count == 1_500)
        #expect(next.warnings == "")
    }

    @Test func processesSharingAFolderDoNotTakeEachOthersSpans() async throws {
        let folder = try TemporaryFolder()
        let port = try FreePort.find()
        let endpoint = "http://127.0.0.1:\(port)"
        let one = try await ProbeProcess(
            endpoint: endpoint, directory: folder.url.path, service: "one",
            environment: ["OTEL_BSP_SCHEDULE_DELAY": "3600000"])
        try await one.tell("end 300 0")
        let two = try await ProbeProcess(endpoint: endpoint, directory: folder.url.path, service: "two")
        try await two.tell("end 200 0")
        let sink = try await BriefSink(port: port)
        #expect(try await two.tell("shutdown 60") == "ok 0 0")
        #expect(try sink.spans().map(\.service) == Array(repeating: "two", count: 200), "one is alive")
        try await one.kill()
        let three = try await ProbeProcess(endpoint: endpoint, directory: folder.url.path, service: "three")
        #expect(try await three.tell("shutdown 60") == "ok 0 0")
        #expect(try sink.spans().count { $0.service == "one" } == 300)
        #expect(try sink.spans().count == 500)
    }

    /// Open spans stay on record while the segments around them come and go.
    @Test func openSpanOutlivesItsSegment() async throws {
        let folder = try TemporaryFolder()
        let sink = try await BriefSink()
        let probe = try await ProbeProcess(
            endpoint: sink.endpoint, directory: folder.url.path, segmentBytes: 16 << 10, segments: 4)
        try await probe.tell("open 5")
        for _ in 0..<20 {
            try await probe.tell("end 100 100")
            #expect(try await probe.tell("flush 60") == "ok 0 0")
        }
        try await probe.kill()
        let next = try await ProbeProcess(endpoint: sink.endpoint, directory: folder.url.path)
        #expect(try await next.tell("shutdown 60") == "ok 0 0")
        let spans = try sink.spans()
        #expect(spans.count == 2_005)
        #expect(spans.count { $0.errorType == "process_crash" } == 5)
    }

    @Test func unusableSpoolFolderOnlyWarns() async throws {
        let sink = try await BriefSink()
        for directory in ["/proc/spool", "/dev/null", "/dev/null/spool"] {
            let probe = try await ProbeProcess(endpoint: sink.endpoint, directory: directory)
            try await probe.tell("end 10 0")
            #expect(try await probe.tell("shutdown 60") == "ok 0 0")
            #expect(probe.warnings.contains("COORDINATOR_SPOOL_DIR") || directory == "/proc/spool", "\(probe.warnings)")
            #expect(probe.warnings.contains("spans wait in memory"), "\(probe.warnings)")
        }
        #expect(try sink.spans().count == 30)
    }
}
