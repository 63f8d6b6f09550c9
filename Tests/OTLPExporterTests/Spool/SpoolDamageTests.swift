import Foundation
import Glibc
import Support
import Telemetry
import TestSupport
import Testing

@testable import OTLPExporter

/// Whatever is done to the files: no crash, nothing that was not written, and nothing missing without a count.
@Suite(.timeLimit(.minutes(10))) struct SpoolDamageTests {
    /// Leaves ended and open spans in a folder; answers the bytes of all that may come out again.
    private func leave(_ rig: SpoolRig) -> (ended: Set<[UInt8]>, open: Set<UInt64>) {
        let (spool, _) = rig.spool()
        for id in 1...5 as ClosedRange<UInt64> { spool.started(span(id, name: "open"), scope: anyScope) }
        // With what looks like records in their own text.
        let forged = String(
            decoding: [0xA7, 0x4D, 0xC0, 0x5E].map { UInt8($0) } + Array(repeating: 1, count: 60), as: UTF8.self)
        var bytes: Set<[UInt8]> = []
        for id in 10..<50 as Range<UInt64> {
            let record = span(id, name: forged, bytes: Int(id) * 3 % 90)
            _ = spool.append(record, scope: anyScope)
            bytes.insert(MessageArena().packed(record).array)
        }
        return (bytes, Set(1...5))
    }

    private func expectKnown(
        _ span: SentSpan, _ left: (ended: Set<[UInt8]>, open: Set<UInt64>), _ seed: UInt64
    ) {
        let isKnown = span.isCrashed ? left.open.contains(span.id) : left.ended.contains(span.bytes)
        #expect(isKnown, "seed \(seed)")
    }

    private func expectNothingForged(
        _ sent: [SentSpan], _ left: (ended: Set<[UInt8]>, open: Set<UInt64>), _ seed: UInt64
    ) {
        for span in sent { expectKnown(span, left, seed) }
        #expect(Set(sent).count == sent.count, "seed \(seed)")
    }

    /// Damages a file of a spool that was left behind, again and again, and opens the spool each time.
    private func damage(
        rounds: Int, _ damage: (inout Data, inout SeededGenerator) -> Void,
        check: (_ sent: [SentSpan], _ left: (ended: Set<[UInt8]>, open: Set<UInt64>), _ seed: UInt64) -> Void
    ) throws {
        var random = SeededGenerator.announced()
        for _ in 0..<rounds {
            let rig = try SpoolRig()
            let left = leave(rig)
            let file = try #require(rig.segmentFiles().randomElement(using: &random))
            var data = try Data(contentsOf: file)
            damage(&data, &random)
            try data.write(to: file)
            let (spool, opening) = rig.spool()
            let sent = spool.drain()
            check(sent, left, random.seed)
            if Set(sent).count < 45 {
                #expect(opening.damaged > 0, "seed \(random.seed): \(sent.count) arrived")
            }
        }
    }

    @Test func flippedBitsForgeNoSpansAndLossesAreCounted() throws {
        try damage(rounds: 300) { data, random in
            for _ in 0..<Int.random(in: 1...3, using: &random) {
                data[Int.random(in: 0..<data.count, using: &random)] ^= 1 << UInt8.random(in: 0..<8, using: &random)
            }
        } check: { sent, left, seed in
            expectNothingForged(sent, left, seed)
        }
    }

    @Test func truncatedFilesAndNoiseAreSkippedAndCounted() throws {
        try damage(rounds: 150) { data, random in
            switch Int.random(in: 0..<3, using: &random) {
            case 0: data = data.prefix(Int.random(in: 0..<data.count, using: &random))
            case 1:
                let start = Int.random(in: 0..<data.count, using: &random)
                let end = Int.random(in: start..<data.count, using: &random)
                for index in start...end { data[index] = .random(in: 0 ... .max, using: &random) }
            default:
                // Records of the same segment, moved elsewhere.
                let length = Int.random(in: 1...1024, using: &random)
                let from = Int.random(in: 0..<(data.count - length), using: &random)
                let to = Int.random(in: 0..<(data.count - length), using: &random)
                data.replaceSubrange(to..<(to + length), with: Data(data[from..<(from + length)]))
            }
        } check: { sent, left, seed in
            // A moved record may arrive twice.
            for span in sent { expectKnown(span, left, seed) }
        }
    }

    @Test func nonSegmentFilesAreRefused() throws {
        let rig = try SpoolRig()
        let folder = rig.folder.file("spool-1-a")
        let files = FileManager.default
        try files.createDirectory(at: folder.appending(path: "segment-1"), withIntermediateDirectories: true)
        try files.createSymbolicLink(
            at: folder.appending(path: "segment-2"), withDestinationURL: URL(filePath: "/dev/zero"))
        #expect(mkfifo(folder.appending(path: "segment-3").path, 0o600) == 0)
        try Data().write(to: folder.appending(path: "segment-4"))
        try Data(repeating: 0, count: 100_000).write(to: folder.appending(path: "segment-5"))
        // Larger than any segment, and with nothing in it.
        try Data().write(to: folder.appending(path: "segment-6"))
        #expect(truncate(folder.appending(path: "segment-6").path, SpoolConfiguration.mostSegmentBytes + 1) == 0)
        let (spool, opening) = rig.spool()
        #expect(opening.damaged == 6 && opening.adopted == 0)
        #expect(rig.warnings.contains { $0.contains("segment-5 is no segment") }, "\(rig.warnings)")
        spool.append([1])
        #expect(spool.drain().map(\.id) == [1])
    }

    /// Memory that is written over while the spool lives.
    @Test func damageInARunningSpoolIsRejectedNotSent() async throws {
        let rig = try SpoolRig()
        let (spool, _) = rig.spool()
        spool.append(1...10)
        let file = try #require(rig.segmentFiles().first)
        let handle = try FileHandle(forUpdating: file)
        try handle.seek(toOffset: 400)
        try handle.write(contentsOf: Data(repeating: 0xFF, count: 200))
        try handle.close()
        spool.append(11...12)
        _ = spool.requestDrain()
        var arrived: [UInt64] = []
        var refused = 0
        while let batch = spool.take() {
            arrived += SentSpan.all(in: batch.request?.body ?? []).map(\.id)
            if case .finished(.delivered(let rejected, _, _)) = await spool.export(batch, attempt: 1, deadline: .now) {
                refused += rejected
            }
            spool.finish(batch)
        }
        #expect(refused > 0 && arrived.count + refused == 12, "\(arrived), \(refused) refused")
        #expect(arrived == arrived.sorted() && arrived.allSatisfy { (1...12).contains($0) })
        #expect(spool.close(isFinal: true).kept == 0)
    }
}
