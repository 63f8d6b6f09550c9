import Support
import Telemetry
import TestSupport
import Testing

@testable import OTLPExporter

/// Any sequence of steps, against a list.
@Suite struct SpoolModelTests {
    /// What must be in the spool, by the spans' ids.
    private struct Model {
        var waiting: [UInt64] = []
        var underWay: [(batch: OTLPSpanSpool.Batch, ids: [UInt64])] = []
        var open: Set<UInt64> = []
        var next: UInt64 = 1
        var finished: Set<UInt64> = []
        /// Driven out, and how many of those the spool has told of.
        var evicted = 0
        var told = 0

        /// The oldest have gone until so many are left.
        mutating func evict(leaving count: Int) {
            evicted += waiting.count - count
            waiting.removeFirst(max(0, waiting.count - count))
        }
    }

    @Test func randomStepsMatchTheModel() throws {
        var random = SeededGenerator.announced()
        let seed = random.seed
        for _ in 0..<60 {
            let rig = try SpoolRig()
            let configuration = SpoolConfiguration(
                directory: rig.directory, segmentBytes: 4096, segmentCount: Int.random(in: 3...6, using: &random))
            let batchSize = Int.random(in: 1...12, using: &random)
            var spool: OTLPSpanSpool? = rig.spool(configuration, batchSize: batchSize).spool
            var model = Model()
            for _ in 0..<300 {
                let step = Int.random(in: 0..<100, using: &random)
                if step >= 98 {
                    // Nobody else holds it: its lock goes, its files stay.
                    spool = nil
                    let (reopened, opening) = rig.spool(configuration, batchSize: batchSize)
                    #expect(opening.damaged == 0, "seed \(seed)")
                    expect(reopened, opening, follows: &model, seed)
                    spool = reopened
                }
                guard let current = spool else { break }
                switch step {
                case 0..<40: append(to: current, &model, &random)
                case 40..<50: start(current, &model)
                case 50..<70: try take(from: current, &model, seed)
                case 70..<90:
                    guard let index = model.underWay.indices.randomElement(using: &random) else { break }
                    let (batch, ids) = model.underWay.remove(at: index)
                    current.finish(batch)
                    // Starts of open spans that move may drive out others.
                    model.evict(leaving: current.status.waiting)
                    model.finished.formUnion(ids)
                default: _ = current.requestDrain()
                }
                #expect(current.status.waiting == model.waiting.count, "seed \(seed)")
                #expect(current.status.inFlight == model.underWay.reduce(0) { $0 + $1.ids.count }, "seed \(seed)")
            }
        }
    }

    private func append(to spool: OTLPSpanSpool, _ model: inout Model, _ random: inout SeededGenerator) {
        let id = Bool.random(using: &random) ? model.open.randomElement(using: &random) ?? model.next : model.next
        let record = span(id, bytes: Int.random(in: 0...300, using: &random))
        guard case .stored(_, let evicted) = spool.append(record, scope: anyScope) else {
            Issue.record("refused")
            return
        }
        model.next += 1
        model.open.remove(id)
        model.waiting.append(id)
        model.evict(leaving: spool.status.waiting)
        model.told += evicted
        #expect(model.told == model.evicted)
    }

    private func start(_ spool: OTLPSpanSpool, _ model: inout Model) {
        guard model.open.count < 8 else { return }
        spool.started(span(model.next), scope: anyScope)
        model.open.insert(model.next)
        model.next += 1
        model.evict(leaving: spool.status.waiting)
    }

    private func take(from spool: OTLPSpanSpool, _ model: inout Model, _ seed: UInt64) throws {
        let hasBatch = spool.status.hasBatch
        let taken = spool.take()
        #expect((taken != nil) == hasBatch, "seed \(seed)")
        guard let taken else { return }
        let ids = SentSpan.all(in: try #require(taken.request).body).map(\.id)
        #expect(ids == Array(model.waiting.prefix(ids.count)), "seed \(seed)")
        #expect(ids.count == taken.count && !ids.isEmpty, "seed \(seed)")
        model.waiting.removeFirst(ids.count)
        model.underWay.append((taken, ids))
    }

    /// What waited is there, in order; of what was under way, that whose segment was still there; open spans have crashed.
    private func expect(
        _ spool: OTLPSpanSpool, _ opening: SpoolOpening, follows model: inout Model, _ seed: UInt64
    ) {
        #expect(opening.crashed == model.open.count, "seed \(seed)")
        let sent = spool.drain()
        let ids = sent.map(\.id)
        #expect(Set(ids).count == ids.count, "seed \(seed)")
        #expect(Set(ids).isDisjoint(with: model.finished), "seed \(seed): sent again")
        let underWay = Set(model.underWay.flatMap(\.ids))
        let ended = sent.filter { !$0.isCrashed }.map(\.id)
        // Adoption may itself drive out the oldest.
        let waiting = model.waiting.suffix(max(0, model.waiting.count - opening.evicted))
        #expect(ended.filter { !underWay.contains($0) }.suffix(waiting.count) == waiting[...], "seed \(seed)")
        #expect(Set(ended).isSubset(of: underWay.union(model.waiting)), "seed \(seed)")
        let crashed = Set(sent.filter(\.isCrashed).map(\.id))
        #expect(crashed.isSubset(of: model.open), "seed \(seed)")
        #expect(opening.evicted > 0 || crashed == model.open, "seed \(seed)")
        model.finished.formUnion(ids)
        model.evicted = model.told
        model.waiting = []
        model.underWay = []
        model.open = []
    }
}
