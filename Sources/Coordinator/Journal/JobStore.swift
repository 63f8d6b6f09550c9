/// A journal that can be asked what it holds: what command lines and servers need beside running jobs.
///
/// ```swift
/// let page = try await store.jobs(JobQuery(statuses: [.waiting], limit: 20))
/// for job in page.jobs { print(job.jobID, job.submittedAt) }
/// ```
public protocol JobStore: JobJournal {
    /// What a list shows of a job; `nil` for one that the store does not hold.
    func summary(of jobID: String) async throws -> JobSummary?

    /// Jobs, those submitted last first. Between two pages none is skipped and none is shown twice, whatever is submitted
    /// meanwhile.
    ///
    /// - Throws: ``JobCursorError`` for a cursor that is none of this store.
    func jobs(_ query: JobQuery) async throws -> JobPage
}

/// Which jobs are asked for.
///
/// ```swift
/// let query = JobQuery(statuses: [.failed, .partial], workflow: "nightly", limit: 50)
/// ```
public struct JobQuery: Sendable, Hashable {
    /// The most jobs of one page.
    public static let largestLimit = 1_000

    /// Only jobs of these; empty for all.
    public var statuses: Set<JobSummary.Status>
    /// Only jobs of this workflow.
    public var workflow: String?
    /// Only jobs with this agent.
    public var agent: String?
    /// Only jobs submitted then or later.
    public var since: Timestamp?
    /// ``JobPage/next`` of the page before; `nil` for the first.
    public var cursor: String?
    /// The most jobs, from 1 to ``largestLimit``.
    public var limit: Int { didSet { limit = Self.bounded(limit) } }

    /// Asks for all jobs unless said otherwise.
    public init(
        statuses: Set<JobSummary.Status> = [], workflow: String? = nil, agent: String? = nil,
        since: Timestamp? = nil, cursor: String? = nil, limit: Int = 100
    ) {
        self.statuses = statuses
        self.workflow = workflow
        self.agent = agent
        self.since = since
        self.cursor = cursor
        self.limit = Self.bounded(limit)
    }

    private static func bounded(_ limit: Int) -> Int { min(max(limit, 1), largestLimit) }
}

/// One page of jobs.
public struct JobPage: Sendable, Hashable {
    /// The jobs, those submitted last first.
    public let jobs: [JobSummary]
    /// Asks for the next page; `nil` after the last one.
    public let next: String?
    /// The ids of jobs that belong here and of which the store holds something else than was written; nothing else is known
    /// of them.
    public let damaged: [String]

    /// Describes a page; for stores.
    public init(jobs: [JobSummary], next: String?, damaged: [String] = []) {
        self.jobs = jobs
        self.next = next
        self.damaged = damaged
    }
}

/// A cursor that no page of the store has had.
public struct JobCursorError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What was given as ``JobQuery/cursor``.
    public let cursor: String

    /// Refuses a cursor; for stores.
    public init(_ cursor: String) { self.cursor = cursor }

    /// What is wrong, and what to do.
    public var description: String {
        "'\(cursor)' is the cursor of no page; give the 'next' of the page before, or none for the first page"
    }
}
