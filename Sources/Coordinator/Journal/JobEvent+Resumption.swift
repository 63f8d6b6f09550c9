// What events say of jobs that are interrupted, taken up again, and wait for a decision.

extension JobEvent {
    /// A process took the job up again: what follows was done by it.
    public struct JobResumed: Sendable, Hashable, Codable {
        /// Counts the resumptions, from 1.
        public let number: Int
        /// What the job was made of and is another thing now, in sentences; it was accepted.
        public let changes: [String]
        /// Whether it was taken up although its resumptions had ended their process before.
        public let forced: Bool
    }

    /// The job's process gave it up in good order: what ran then counts as no failure of an agent.
    public struct JobInterrupted: Sendable, Hashable, Codable {
        /// Why.
        public let cause: Cause
        /// The same in words.
        public let message: String

        /// Why a job is given up that is to go on.
        public enum Cause: String, Sendable, Hashable, Codable {
            /// The process is about to end.
            case shutdown
            /// Nothing is left but waiting for somebody.
            case waiting
        }
    }

    /// The job is not taken up any more by itself: its resumptions ended their process.
    public struct JobSuspended: Sendable, Hashable, Codable {
        /// Why, in words.
        public let reason: String
    }

    /// Nobody knows what an attempt has done whose process ended: somebody has to say so.
    public struct AttemptInDoubt: Sendable, Hashable, Codable {
        /// What is not known, in words.
        public let reason: String
    }

    /// Somebody said what an attempt in doubt has done, or a call of it.
    public struct DoubtResolved: Sendable, Hashable, Codable {
        /// What it has done.
        public let resolution: Resolution
        /// What the attempt is to write, where it has succeeded.
        public let contribution: Contribution?
        /// The call that it is said of; `nil` for the whole attempt.
        public let call: String?
        /// How many calls of the attempt are in doubt after that; `nil` for the whole attempt, which is in doubt no more.
        public let remaining: Int?
        /// Who said so.
        public let by: String

        init(
            resolution: Resolution, contribution: Contribution? = nil, call: String? = nil, remaining: Int? = nil,
            by: String
        ) {
            self.resolution = resolution
            self.contribution = contribution
            self.call = call
            self.remaining = remaining
            self.by = by
        }

        /// Whether the doubt has ended.
        package var endsDoubt: Bool { (remaining ?? 0) == 0 }

        /// What an attempt in doubt, or a call, has done.
        public enum Resolution: String, Sendable, Hashable, Codable {
            /// All of its work.
            case succeeded
            /// Nothing that counts. An attempt is not tried again; of a call the model is told so.
            case failed
            /// Nothing, or what may be done twice: it is tried again.
            case retry
        }
    }

    /// Somebody asked for the job's end.
    public struct CancelRequested: Sendable, Hashable, Codable {
        /// Why, in words.
        public let reason: String
        /// Who asked.
        public let by: String
    }
}
