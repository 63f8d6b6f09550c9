import Coordinator
import Support

/// A backend that keeps commits in memory, for tests of what happens around a backend.
public final class InMemoryContextBackend: ContextBackend {
    /// A commit whose number is not the next one.
    public struct UnexpectedNumber: Error, Sendable, CustomStringConvertible {
        /// The commit's job.
        public let jobID: String
        /// Its number.
        public let number: Int
        /// The number that was next.
        public let expected: Int

        public var description: String {
            "commit \(number) of job '\(jobID)' was refused: \(expected) is next; somebody else writes the same job"
        }
    }

    private let kept = Locked<[String: [CommitRecord]]>([:])

    /// Makes an empty backend.
    public init() {}

    /// Keeps the commit if its number is the next of its job.
    ///
    /// - Throws: ``UnexpectedNumber``.
    public func append(_ commit: CommitRecord) async throws {
        try kept.withLock { kept in
            let expected = (kept[commit.jobID]?.count ?? 0) + 1
            guard commit.number == expected else {
                throw UnexpectedNumber(jobID: commit.jobID, number: commit.number, expected: expected)
            }
            kept[commit.jobID, default: []].append(commit)
        }
    }

    /// The job's commits so far.
    public func commits(of jobID: String) async throws -> [CommitRecord] { kept.withLock { $0[jobID] ?? [] } }
}
