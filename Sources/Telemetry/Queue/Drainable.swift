/// A queue that can be emptied to its exporter, in full or up to a request.
protocol Drainable: Sendable {
    func requestDrain() -> UInt64
    func close() -> UInt64
    func drained(through number: UInt64) async
    /// Shortens pauses between attempts.
    func hurry()
}

extension BatchPipeline: Drainable {
    func hurry() {}
}

extension Drainable {
    /// Makes everything queued ready for export; at the end also refuses more.
    func drainNumber(isFinal: Bool) -> UInt64 {
        let number = isFinal ? close() : requestDrain()
        hurry()
        return number
    }
}
