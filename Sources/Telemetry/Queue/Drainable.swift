/// A queue that can be emptied.
protocol Drainable: Sendable {
    /// Makes all queued records ready for export and returns the number to wait for.
    func requestDrain() -> UInt64
    /// As ``requestDrain()``, and refuses new records from now on.
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
    /// Makes all queued records ready for export; when `isFinal`, new records are refused too.
    func drainNumber(isFinal: Bool) -> UInt64 {
        let number = isFinal ? close() : requestDrain()
        shortenPauses()
        return number
    }
}
