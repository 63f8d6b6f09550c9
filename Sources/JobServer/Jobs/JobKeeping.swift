#if Server
    import Coordinator

    /// What a server's jobs are kept in, and how a job is made again of what is kept.
    package struct JobKeeping: Sendable {
        /// What a caller says of a job that is to go on.
        package struct Consent: Sendable {
            /// Goes on although things that the job was made of have changed.
            package var acceptsChanges = false
            /// Goes on although the job's resumptions ended their process.
            package var forces = false
        }

        /// What a job was made of is another thing now, and nobody has accepted that.
        package struct Changed: Error {
            /// What has changed, in sentences.
            let words: String

            package init(_ words: String) { self.words = words }
        }

        /// Makes a job again, on its blackboard as it was, with all of its agents.
        package typealias Remake = @Sendable (JobHistory, Consent) async throws -> JobCoordinator

        let store: any JobStore
        let remake: Remake

        /// - Parameters:
        ///   - store: keeps the jobs; no other process writes to it.
        ///   - remake: makes a job again; throws ``Changed`` where that is not accepted, and other errors that are shown to
        ///     the user.
        package init(_ store: any JobStore, remake: @escaping Remake) {
            self.store = store
            self.remake = remake
        }
    }
#endif
