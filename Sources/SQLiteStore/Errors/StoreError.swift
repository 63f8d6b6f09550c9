/// Why a store cannot be opened, read or written.
///
/// Whatever a ``SQLiteStore`` throws is one of these, or a `JournalRefusal`, which says that the job is in another state.
/// ```swift
/// do { store = try SQLiteStore(path: "jobs.db") } catch let error as StoreError where error.code == .held {
///     print(error)  // names the process that holds it
/// }
/// ```
public struct StoreError: Error, Sendable, CustomStringConvertible {
    /// The kind of problem.
    public struct Code: Sendable, Hashable, CustomStringConvertible {
        private enum Value: String, CaseIterable {
            case missing, notAStore, newerSchema, held, denied, full, unavailable, broken, purged, busy, refused
        }
        private let value: Value

        /// There is no such file, or no such folder.
        public static let missing = Code(value: .missing)
        /// The file is no database, or one of another program.
        public static let notAStore = Code(value: .notAStore)
        /// A later version of this program has written the file.
        public static let newerSchema = Code(value: .newerSchema)
        /// A process has the store open for writing.
        public static let held = Code(value: .held)
        /// This user may not read or write the file or its folder.
        public static let denied = Code(value: .denied)
        /// The file system has no room.
        public static let full = Code(value: .full)
        /// The file cannot be read or written for another reason, or the store is closed.
        public static let unavailable = Code(value: .unavailable)
        /// What is kept of a job is not what was written.
        public static let broken = Code(value: .broken)
        /// The job's events were removed.
        public static let purged = Code(value: .purged)
        /// More writes wait than may.
        public static let busy = Code(value: .busy)
        /// What was asked for is not done; the message says why.
        public static let refused = Code(value: .refused)

        /// The code's name, as it is written in Swift.
        public var description: String { value.rawValue }

        /// Every code.
        package static var all: [Code] { Value.allCases.map { Code(value: $0) } }
    }

    /// The kind of problem; compare errors by it.
    public let code: Code
    /// What is wrong, where, and what to do.
    public let message: String
    /// The job concerned, if one is.
    public let jobID: String?
    /// The number of its first event that is broken; `nil` where no event is.
    public let sequence: Int?

    init(_ code: Code, _ message: String, job jobID: String? = nil, sequence: Int? = nil) {
        self.code = code
        self.message = message
        self.jobID = jobID
        self.sequence = sequence == 0 ? nil : sequence
    }

    public var description: String { message }
}
