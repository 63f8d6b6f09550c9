import Support
import TestSupport
import Testing

// The queue is a pure value inside the module, and its every transition is to be reached without tasks and exporters.
@testable import Telemetry

@Suite struct BatchQueueTests {
    @Test func fullBatchIsReadyAtOnceAndPartialBatchAfterADrain() throws {
        var queue = BatchQueue<Int>(capacity: 10, batchSize: 3)
        #expect((1...3).map { queue.append($0) } == [.queued, .queued, .ready])
        #expect(queue.append(4) == .queued)
        #expect(queue.take()?.elements == [1, 2, 3])
        #expect(queue.take() == nil)
        #expect(queue.requestDrain() == 4)
        #expect(queue.append(5) == .queued)
        #expect(queue.take()?.elements == [4, 5])
        #expect(queue.append(6) == .queued)
        // The drain reached no further than what was there when it was asked for.
        #expect(queue.take() == nil)
    }

    /// Variables state sizes for which no machine has the memory; it is taken for what comes.
    @Test func largestSizesTakeNoMemoryBeforeRecordsCome() {
        var queue = BatchQueue<(Int, Int, Int, Int)>(capacity: Int(Int32.max), batchSize: Int(Int32.max))
        #expect(queue.append((1, 2, 3, 4)) == .queued)
        #expect(BatchQueue<Int>.reservedCapacity <= 1 << 16)
    }

    @Test func recordsCountAgainstTheCapacityUntilTheyAreFinished() throws {
        var queue = BatchQueue<Int>(capacity: 4, batchSize: 2)
        for number in 1...4 { _ = queue.append(number) }
        #expect(queue.append(5) == .refusedFull)
        let first = queue.take()
        let batch = try #require(first)
        #expect(queue.append(5) == .refusedFull)
        queue.finish(batch)
        #expect(queue.append(5) == .queued)
        #expect(queue.append(6) == .ready)
        #expect(queue.append(7) == .refusedFull)
    }

    @Test func closedQueueHandsOutItsRecordsAndRefusesNewOnes() {
        var queue = BatchQueue<Int>(capacity: 4, batchSize: 3)
        _ = queue.append(1)
        #expect(queue.close() == 1)
        #expect(queue.append(2) == .refusedClosed)
        #expect(queue.take()?.elements == [1])
        #expect(queue.take() == nil)
    }

    @Test func abandonedQueueReturnsWaitingRecords() {
        var queue = BatchQueue<Int>(capacity: 9, batchSize: 2)
        for number in 1...5 { _ = queue.append(number) }
        _ = queue.take()
        #expect(queue.abandon() == [3, 4, 5])
        #expect(queue.waiting == 0 && queue.inFlight == 2)
        #expect(queue.take() == nil)
    }

    @Test func drainEndsWhenItsOldestBatchFinishes() throws {
        var queue = BatchQueue<Int>(capacity: 9, batchSize: 2)
        for number in 1...5 { _ = queue.append(number) }
        let through = queue.requestDrain()
        let batches = (0..<3).compactMap { _ in queue.take() }
        try #require(batches.count == 3)
        queue.finish(batches[2])
        queue.finish(batches[1])
        #expect(!queue.isDrained(through: through))
        #expect(queue.isDrained(through: 0))
        queue.finish(batches[0])
        #expect(queue.isDrained(through: through))
    }

    @Test func randomStepsKeepOrderLoseNothingAndStayBounded() {
        var random = SeededGenerator.announced()
        for _ in 0..<200 {
            let capacity = Int.random(in: 1...12, using: &random)
            let batchSize = Int.random(in: 1...capacity, using: &random)
            var queue = BatchQueue<UInt64>(capacity: capacity, batchSize: batchSize)
            var taken: [UInt64] = []
            var open: [BatchQueue<UInt64>.Batch] = []
            var drain: UInt64 = 0
            for _ in 0..<120 {
                switch Int.random(in: 0...4, using: &random) {
                case 0, 1:
                    let isFull = queue.waiting + queue.inFlight == capacity
                    let admission = queue.append(queue.accepted)
                    #expect((admission == .refusedFull) == isFull)
                case 2:
                    let isReady = queue.hasReady
                    let batch = queue.take()
                    #expect((batch != nil) == isReady)
                    guard let batch else { break }
                    #expect((1...batchSize).contains(batch.elements.count))
                    #expect(batch.elements.first == batch.start)
                    taken += batch.elements
                    open.append(batch)
                case 3:
                    guard let index = open.indices.randomElement(using: &random) else { break }
                    queue.finish(open.remove(at: index))
                default: drain = queue.requestDrain()
                }
                #expect(taken == Array(0..<UInt64(taken.count)))
                #expect(queue.accepted == UInt64(taken.count + queue.waiting))
                #expect(queue.inFlight == open.reduce(0) { $0 + $1.elements.count })
                #expect(queue.waiting + queue.inFlight <= capacity)
                let inFlight = open.flatMap(\.elements)
                let isDrained = UInt64(taken.count) >= drain && inFlight.allSatisfy { $0 >= drain }
                #expect(queue.isDrained(through: drain) == isDrained)
            }
        }
    }
}
