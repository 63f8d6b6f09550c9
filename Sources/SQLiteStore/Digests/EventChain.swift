/// How the events of a job hold each other: each has the hash of the one before it, so that a change of any is noticed.
///
/// It finds accidents. Whoever may write the file can compute a chain of his own.
enum EventChain {
    /// What the first event of a job follows.
    static func start(of jobID: String) throws(StoreError) -> Digest { try Digest(Array("job:\(jobID)".utf8)) }

    /// The hash of an event that follows the one with the hash `before`.
    static func next(
        after before: Digest, envelope: [UInt8], payload: Digest
    ) throws(StoreError) -> Digest { try Digest(before.bytes, envelope, payload.bytes) }
}
