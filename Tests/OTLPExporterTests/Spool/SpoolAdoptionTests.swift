import Foundation
import Glibc
import Telemetry
import Testing

@testable import OTLPExporter

/// What a spool finds in its folder. A spool that is let go without having been closed leaves what a crash leaves.
@Suite(.timeLimit(.minutes(10))) struct SpoolAdoptionTests {
    @Test func nextSpoolSendsUnacknowledgedBatchesOfTheLast() throws {
        let rig = try SpoolRig()
        do {
            let (spool, opening) = rig.spool(resource: TelemetryResource([Attribute("service.name", .string("first"))]))
            #expect(opening.isEmpty)
            spool.append(1...30)
            let first = spool.take()
            let second = spool.take()
            _ = try #require(first)
            // Out of order: the first stays unfinished.
            spool.finish(try #require(second))
        }
        let (spool, opening) = rig.spool(resource: TelemetryResource([Attribute("service.name", .string("second"))]))
        #expect(opening.adopted == 20 && opening.crashed == 0 && opening.damaged == 0)
        spool.append([31])
        let sent = spool.drain()
        #expect(sent.map(\.id) == Array(1...10) + Array(21...31))
        #expect(sent.dropLast().allSatisfy { String(decoding: $0.resource, as: UTF8.self).contains("first") })
        #expect(spool.close(isFinal: true) == SpoolRemainder())
        #expect(try rig.isEmpty())
    }

    @Test func openSpansOfACrashedProcessAreEnded() throws {
        let rig = try SpoolRig()
        do {
            let (spool, opening) = rig.spool()
            #expect(opening.keepsStarts)
            for id in 1...4 as ClosedRange<UInt64> { spool.started(span(id), scope: anyScope) }
            spool.append([2])
            _ = spool.append(
                SpanRecord(
                    traceID: TraceID(high: 1, low: 2), spanID: SpanID(9), name: "last", startTime: 30, endTime: 77),
                scope: anyScope
            )
        }
        let (spool, opening) = rig.spool()
        #expect(opening.adopted == 5 && opening.crashed == 3)
        let sent = spool.drain()
        #expect(Set(sent.map(\.id)) == [1, 2, 3, 4, 9])
        #expect(Set(sent.filter(\.isCrashed).map(\.id)) == [1, 3, 4])
        // The last sign of life is the end: field 8, a fixed 64-bit number.
        let end: [UInt8] = [0x41, 77, 0, 0, 0, 0, 0, 0, 0]
        #expect(
            sent.filter(\.isCrashed).allSatisfy { $0.bytes.indices.contains { _ in true } && contains($0.bytes, end) })
        #expect(rig.warnings.contains { $0.contains("3 of its spans") && $0.contains("process_crash") })
    }

    private func contains(_ bytes: [UInt8], _ part: [UInt8]) -> Bool {
        bytes.indices.contains { bytes[$0...].starts(with: part) }
    }

    @Test func openSpansAtAnOrderlyCloseAreNoCrash() throws {
        let rig = try SpoolRig()
        do {
            let (spool, _) = rig.spool()
            spool.started(span(1), scope: anyScope)
            spool.append([2])
            let remainder = spool.close(isFinal: true)
            #expect(remainder.kept == 1 && remainder.lost == 0)
            #expect(remainder.location.hasPrefix(rig.directory))
        }
        let (spool, opening) = rig.spool()
        #expect(opening.adopted == 1 && opening.crashed == 0)
        #expect(spool.drain().map(\.id) == [2])
    }

    @Test func openSpansAreKeptWhileSegmentsAreReused() throws {
        let rig = try SpoolRig()
        do {
            let (spool, _) = rig.spool()
            for id in 1...5 as ClosedRange<UInt64> { spool.started(span(id), scope: anyScope) }
            // Once by acknowledgement, once by eviction.
            for round in 0..<20 as Range<UInt64> {
                spool.append((100 + round * 10)..<(110 + round * 10))
                _ = spool.drain()
            }
            spool.append(1_000...1_300)
            spool.append([3])
        }
        let (spool, opening) = rig.spool()
        #expect(opening.crashed == 4)
        let sent = spool.drain()
        #expect(Set(sent.filter(\.isCrashed).map(\.id)) == [1, 2, 4, 5])
        #expect(sent.count == Set(sent.map(\.id)).count)
    }

    @Test func startsBeyondHalfASegmentAreDroppedAndCounted() throws {
        let rig = try SpoolRig()
        do {
            let (spool, _) = rig.spool()
            for id in 1...100 as ClosedRange<UInt64> { spool.started(span(id), scope: anyScope) }
            let left = spool.status.startsLeftOut
            #expect(left > 50 && left < 100)
            #expect(rig.warnings.count == 1)
            // Those that end make room.
            spool.append(1...100)
            spool.started(span(101), scope: anyScope)
            #expect(spool.status.startsLeftOut == left)
        }
        let (_, opening) = rig.spool()
        #expect(opening.crashed == 1)
    }

    /// Starts with resources so large that they do not fit into one segment: they cannot chase each other for ever.
    @Test func largeResourcesDropOnlyStarts() throws {
        let rig = try SpoolRig()
        let large = TelemetryResource([Attribute("text", .string(String(repeating: "r", count: 2_500)))])
        let (spool, _) = rig.spool(resource: large)
        for id in 1...6 as ClosedRange<UInt64> {
            spool.started(span(id), scope: InstrumentationScope(name: "scope \(id)"))
        }
        spool.append([99])
        #expect(spool.drain().map(\.id) == [99])
        var evicted = 0
        for admission in spool.append(100...160) {
            if case .stored(_, let count) = admission { evicted += count }
        }
        #expect(spool.status.waiting + evicted == 61)
        #expect(spool.status.startsLeftOut > 0)
        #expect(spool.drain().count == 61 - evicted)
    }

    @Test func spoolInUseIsNotAdopted() throws {
        let rig = try SpoolRig()
        let (one, _) = rig.spool()
        one.append(1...3)
        let (two, opening) = rig.spool()
        #expect(opening.isEmpty)
        two.append([4])
        #expect(two.drain().map(\.id) == [4])
        #expect(one.drain().map(\.id) == [1, 2, 3])
    }

    @Test func adoptionBeyondTheCapacityEvictsTheOldestAndCounts() throws {
        let rig = try SpoolRig()
        var kept = 0
        for round in 0..<5 as Range<UInt64> {
            let (spool, opening) = rig.spool()
            if round > 0 { #expect(opening.adopted + opening.damaged == kept) }
            var evicted = opening.evicted
            for admission in spool.append((round * 100 + 1)...(round * 100 + 60)) {
                if case .stored(_, let count) = admission { evicted += count }
            }
            kept += 60 - evicted
            #expect(spool.status.waiting == kept)
        }
        #expect(try rig.segmentFiles().count <= 4, "the folder does not grow")
    }

    @Test func numberOfAdoptedFoldersIsLimited() throws {
        let rig = try SpoolRig()
        for number in 0..<(SpoolFolder.mostAdopted + 2) {
            try FileManager.default.createDirectory(
                at: rig.folder.file("spool-0-\(number)"), withIntermediateDirectories: true)
        }
        let (spool, _) = rig.spool()
        #expect(try FileManager.default.contentsOfDirectory(atPath: rig.directory).count == 3)
        #expect(spool.close(isFinal: true) == SpoolRemainder())
        let (next, _) = rig.spool()
        _ = next.close(isFinal: true)
        #expect(try rig.isEmpty())
    }

    /// As a process that is being started has one, until its program runs.
    /// What waits in memory only is not safer than what lies in another's folder.
    @Test func spoolWithoutFilesAdoptsNothing() async {
        await #expect(processExitsWith: .success) {
            let rig = try SpoolRig()
            do { rig.spool().spool.append(1...30) }
            let files = try rig.segmentFiles()
            try #require(!files.isEmpty)
            var limit = rlimit()
            try #require(getrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit) == 0)
            limit.rlim_cur = 1_000
            try #require(setrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit) == 0)
            do {
                let (spool, opening) = rig.spool()
                try #require(opening.isEmpty)
                spool.append(31...40)
                try #require(spool.drain().map(\.id) == Array(31...40))
                try #require(try rig.segmentFiles() == files)
                try #require(rig.warnings.count == 1 && rig.warnings[0].contains("wait in memory"))
                try #require(spool.close(isFinal: true) == SpoolRemainder())
            }
            // With room again, nothing is missing.
            limit.rlim_cur = limit.rlim_max
            try #require(setrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit) == 0)
            let (spool, opening) = rig.spool()
            try #require(opening.adopted == 30 && opening.damaged == 0)
            try #require(spool.drain().map(\.id) == Array(1...30))
            try #require(spool.close(isFinal: true) == SpoolRemainder())
            try #require(try rig.isEmpty())
        }
    }

    @Test func duplicatedDescriptorDoesNotKeepTheLock() throws {
        let rig = try SpoolRig()
        var folder: SpoolFolder? = try SpoolFolder.make(in: rig.directory)
        let other = try SpoolFolder.make(in: rig.directory)
        let copy = try dup(#require(folder?.descriptor))
        defer { close(copy) }
        #expect(other.abandoned.isEmpty)
        folder = nil
        #expect(other.abandoned.count == 1)
    }

    @Test func unrelatedFilesAndFoldersAreNotTouched() throws {
        let rig = try SpoolRig()
        let other = rig.folder.file("other")
        try FileManager.default.createDirectory(at: other, withIntermediateDirectories: true)
        try Data("mine".utf8).write(to: other.appending(path: "segment-1"))
        try Data("mine".utf8).write(to: rig.folder.file("spool-file"))
        try FileManager.default.createSymbolicLink(at: rig.folder.file("spool-link"), withDestinationURL: other)
        let (spool, opening) = rig.spool()
        #expect(opening.isEmpty)
        _ = spool.close(isFinal: true)
        let left = try FileManager.default.contentsOfDirectory(atPath: rig.directory)
        #expect(Set(left) == ["other", "spool-file", "spool-link"])
        #expect(try String(contentsOf: other.appending(path: "segment-1"), encoding: .utf8) == "mine")
    }
}
