import Foundation
import Support
import Telemetry
import TestSupport
import Testing

@testable import OTLPExporter

/// The spool without a server: what goes in, what comes out, what stays.
@Suite(.timeLimit(.minutes(10))) struct SpoolTests {
    @Test func storedRequestMatchesTheEncoderByteByByte() throws {
        let seed = SeededGenerator.announced().seed
        var records = RandomRecords(seed: seed)
        let rig = try SpoolRig()
        for _ in 0..<20 {
            let (spool, _) = rig.spool(SpoolConfiguration(), batchSize: 300)
            let spans = (0..<200).map { _ in records.span() }
            for span in spans { _ = spool.append(span, scope: anyScope) }
            _ = spool.requestDrain()
            let taken = spool.take()
            let batch = try #require(taken)
            let encoded = RequestEncoder(maximumRequestBytes: .max).encode(
                .spans(spans, scope: anyScope), resource: anyResource)
            #expect(batch.request?.body == encoded.requests[0].body, "seed \(seed)")
            #expect(batch.count == 200)
        }
    }

    @Test func spansOfSeveralScopesShareARequest() throws {
        let rig = try SpoolRig()
        let (spool, _) = rig.spool(SpoolConfiguration())
        for id in 1...6 as ClosedRange<UInt64> {
            _ = spool.append(span(id), scope: InstrumentationScope(name: id % 2 == 0 ? "even" : "odd"))
        }
        let sent = spool.drain()
        #expect(sent.map(\.id) == [1, 3, 5, 2, 4, 6])
        #expect(Set(sent.map(\.scope)).count == 2)
        #expect(Set(sent.map(\.resource)).count == 1)
    }

    @Test func fullSpoolEvictsAndCountsTheOldestSegment() throws {
        let rig = try SpoolRig()
        let (spool, _) = rig.spool(SpoolConfiguration(segmentBytes: 4096, segmentCount: 4))
        var evicted = 0
        for admission in spool.append(1...200) {
            guard case .stored(_, let count) = admission else {
                Issue.record("\(admission)")
                return
            }
            evicted += count
        }
        #expect(evicted > 0)
        #expect(spool.status.waiting == 200 - evicted)
        #expect(spool.drain().map(\.id) == Array((UInt64(evicted) + 1)...200))
        #expect(spool.close(isFinal: true) == SpoolRemainder())
    }

    @Test func batchInFlightOutlivesItsSegment() throws {
        let rig = try SpoolRig()
        let (spool, _) = rig.spool(SpoolConfiguration(segmentBytes: 4096, segmentCount: 4))
        spool.append(1...10)
        let taken = spool.take()
        let batch = try #require(taken)
        spool.append(11...300)
        #expect(SentSpan.all(in: batch.request?.body ?? []).map(\.id) == Array(1...10))
        // Its segment has gone, so nobody would send it again.
        #expect(spool.close(isFinal: true).lost == 10 + spool.status.waiting)
    }

    @Test func drainsEndWithTheOldestBatchOrWithItsEviction() throws {
        let rig = try SpoolRig()
        let (spool, _) = rig.spool(SpoolConfiguration(segmentBytes: 4096, segmentCount: 4))
        spool.append(1...25)
        let number = spool.requestDrain()
        let first = spool.take()
        let second = spool.take()
        spool.finish(try #require(second))
        #expect(!spool.status.isDrained(through: number))
        spool.finish(try #require(first))
        #expect(!spool.status.isDrained(through: number))
        // Nobody takes the last five; in the end they are driven out.
        spool.append(26...300)
        #expect(spool.status.isDrained(through: number))
    }

    @Test func spanLargerThanASegmentIsRefused() throws {
        let rig = try SpoolRig()
        let (spool, _) = rig.spool(SpoolConfiguration(segmentBytes: 4096, segmentCount: 4))
        guard case .refused("too_large", _) = spool.append(span(1, bytes: 5_000), scope: anyScope) else {
            Issue.record("kept")
            return
        }
        spool.append(2...3)
        #expect(spool.drain().map(\.id) == [2, 3])
    }

    @Test func batchesFitTheRequestSizeAndOversizedSpansAreRefused() async throws {
        let rig = try SpoolRig()
        let (spool, _) = rig.spool(SpoolConfiguration(), batchSize: 100, maximumRequestBytes: 3_000)
        spool.append(1...50, bytes: 200)
        spool.append([51], bytes: 5_000)
        spool.append(52...60, bytes: 200)
        _ = spool.requestDrain()
        var ids: [UInt64] = []
        var refused = 0
        while let batch = spool.take() {
            if let body = batch.request?.body {
                #expect(body.count <= 3_000)
                ids += SentSpan.all(in: body).map(\.id)
            }
            guard
                case .finished(.delivered(let rejected, let message, _)) = await spool.export(
                    batch, attempt: 1, deadline: .now)
            else {
                Issue.record("not delivered")
                return
            }
            if rejected > 0 { #expect(message.contains("maximumRequestBytes")) }
            refused += rejected
            spool.finish(batch)
        }
        #expect(ids == Array(1...50) + Array(52...60))
        #expect(refused == 1)
    }

    @Test func numberOfSpansCanBeLimited() throws {
        let rig = try SpoolRig()
        let (spool, _) = rig.spool(SpoolConfiguration(maximumSpans: 15))
        let admissions = spool.append(1...20)
        #expect(
            admissions.suffix(5).allSatisfy {
                $0
                    == .refused(
                        errorType: "queue_full",
                        message: "the queue of 15 spans was full; check the receiver, or raise OTEL_BSP_MAX_QUEUE_SIZE")
            })
        let taken = spool.take()
        let batch = try #require(taken)
        spool.append([21])
        #expect(spool.status.waiting == 5 && spool.status.inFlight == 10)
        spool.finish(batch)
        spool.append([22])
        #expect(spool.drain().map(\.id) == Array(11...15) + [22])
    }

    @Test func closedSpoolRefusesSpans() throws {
        let rig = try SpoolRig()
        let (spool, _) = rig.spool()
        _ = spool.close(isFinal: false)
        #expect(spool.append([1]) == [.refused(errorType: "already_shutdown", message: "recorded after shutdown")])
        spool.started(span(2), scope: anyScope)
        _ = spool.close(isFinal: true)
        #expect(spool.close(isFinal: true) == SpoolRemainder())
        #expect(try rig.isEmpty())
    }

    @Test func numberOfIdleWritersIsLimited() {
        let pool = WriterPool()
        func nest(_ depth: Int) {
            let own = span(UInt64(depth))
            pool.withBytes(of: own) { bytes in
                if depth > 1 { nest(depth - 1) }
                #expect(bytes.array == MessageArena().packed(own).array, "each has its own")
            }
        }
        nest(3)
        #expect(pool.idleCount == 3)
        nest(WriterPool.most + 5)
        #expect(pool.idleCount == WriterPool.most)
    }

    @Test func outOfRangeLimitsAreClamped() {
        let least = SpoolConfiguration(segmentBytes: 1, segmentCount: 1, maximumSpans: 0)
        #expect(least.segmentBytes == 4_096 && least.segmentCount == 3 && least.maximumSpans == 1)
        let most = SpoolConfiguration(segmentBytes: .max, segmentCount: .max)
        #expect(most.segmentBytes == 64 << 20 && most.segmentCount == 4_096)
        let standard = SpoolConfiguration()
        #expect(standard.segmentBytes * standard.segmentCount == 64 << 20)
    }
}
