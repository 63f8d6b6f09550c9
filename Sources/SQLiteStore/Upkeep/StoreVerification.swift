/// What ``SQLiteStore/verify()`` found.
///
/// ```swift
/// let found = try await store.verify()
/// if let bad = found.firstBad { print("\(bad.jobID ?? "the file"): \(bad.reason)") }
/// ```
public struct StoreVerification: Sendable, Hashable {
    /// The first thing that is not what was written.
    public struct Bad: Sendable, Hashable {
        /// The job concerned; `nil` where no one job is.
        public let jobID: String?
        /// The number of the event; `nil` where none is concerned.
        public let sequence: Int?
        /// What is wrong, in a sentence.
        public let reason: String
    }

    /// How many jobs were read.
    public let jobs: Int
    /// How many events were read.
    public let events: Int
    /// What is wrong first, in the order of submission; `nil` when everything is as it was written.
    public let firstBad: Bad?
}
