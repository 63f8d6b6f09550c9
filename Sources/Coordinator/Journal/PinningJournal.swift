/// A journal that remembers over jobs what things were when they were used last, so that a change is seen: descriptions of
/// tools that come from elsewhere.
///
/// ```swift
/// let changed = try await store.pin(["github.create_issue": digest], by: "job-2")
/// for (name, before) in changed { print("\(name): its description changed since \(before.jobID)") }
/// ```
public protocol PinningJournal: JobJournal {
    /// Remembers digests by names, in place of those that were remembered before.
    ///
    /// - Parameters:
    ///   - digests: what the things are now, by their names: at most ``JournalPin/most`` of them, each name of 1 to
    ///     ``JournalPin/longestName`` bytes and each digest of at most ``JournalPin/longestDigest``.
    ///   - jobID: the job that uses them.
    /// - Returns: what was remembered under those names that had another digest; nothing of names that are new.
    /// - Throws: ``JournalPin/Fault`` for what is beyond those bounds; the journal's own error when it cannot keep them. Then
    ///   nothing has changed.
    func pin(_ digests: [String: String], by jobID: String) async throws -> [String: JournalPin]
}

/// What a journal remembers of a thing that a job has used.
public struct JournalPin: Sendable, Hashable {
    /// What it was.
    public let digest: String
    /// The job that used it last.
    public let jobID: String

    /// The most things of one call.
    public static let most = 1_000
    /// The most bytes of a name.
    public static let longestName = 512
    /// The most bytes of a digest.
    public static let longestDigest = 128
    /// How many names a journal remembers; of more, those that were used longest ago are forgotten.
    public static let mostKept = 10_000

    /// Describes a thing; for journals.
    public init(digest: String, jobID: String) {
        self.digest = digest
        self.jobID = jobID
    }

    /// Why digests cannot be remembered.
    public struct Fault: Error, Sendable, Hashable, CustomStringConvertible {
        /// What is wrong, in a sentence.
        public let description: String
    }

    /// Checks what is to be remembered against the bounds; for journals.
    ///
    /// - Throws: ``Fault`` for what is beyond them.
    public static func check(_ digests: [String: String]) throws(Fault) {
        guard digests.count <= most else {
            throw Fault(
                description: "\(digests.count) digests are to be remembered at once, and at most \(most) may be")
        }
        for (name, digest) in digests {
            guard (1...longestName).contains(name.utf8.count) else {
                throw Fault(
                    description:
                        "a name has \(name.utf8.count) bytes, and one that is remembered has 1 to \(longestName)")
            }
            guard !name.utf8.contains(0) else {
                throw Fault(description: "a name that is to be remembered has a NUL in it; give it another one")
            }
            guard digest.utf8.count <= longestDigest else {
                throw Fault(
                    description:
                        "a digest has \(digest.utf8.count) bytes, and may have \(longestDigest) to be remembered")
            }
        }
    }
}
