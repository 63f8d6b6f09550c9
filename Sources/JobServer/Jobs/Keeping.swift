#if Server
    import Coordinator

    /// What a server's jobs are kept in, and how a job is made again of what is kept.
    package struct Keeping: Sendable {
        /// A job that was made again.
        package struct RemadeJob: Sendable {
            /// The job, on its blackboard as it was, with all agents.
            package let coordinator: JobCoordinator
            /// What it was made of and is another thing now, in sentences.
            package let changes: [String]

            package init(coordinator: JobCoordinator, changes: [String] = []) {
                self.coordinator = coordinator
                self.changes = changes
            }
        }

        let store: any JobStore
        let remake: @Sendable (JobHistory) async throws -> RemadeJob

        /// - Parameters:
        ///   - store: keeps the jobs; no other process writes to it.
        ///   - remake: makes a job again; its errors are shown to the user.
        package init(_ store: any JobStore, remake: @escaping @Sendable (JobHistory) async throws -> RemadeJob) {
            self.store = store
            self.remake = remake
        }
    }
#endif
