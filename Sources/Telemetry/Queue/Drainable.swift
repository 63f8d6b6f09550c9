/// A queue that can be emptied.
protocol Drainable: Sendable {
    /// Makes what is queued ready for export and answers the number to wait for.
    func requestDrain() -> UInt64
    /// Does the same, and refuses more.
    func close() -> UInt64
    /// Waits until every record before a number is exported or given up.
    func drained(through number: UInt64) async
    /// Shortens pauses between attempts.
    func shortenPauses()
}

extension BatchPipeline: Drainable {
    func shortenPauses() {}
}

extension Drainable {
    /// Makes everything queued ready for export; at the end also refuses more.
    func drainNumber(isFinal: Bool) -> UInt64 {
        let number = isFinal ? close() : requestDrain()
        shortenPauses()
        return number
    }
}
