#if Server
    import Support

    /// How many journals may be read at once: each costs time, and memory for the blackboard that it leads to.
    struct JournalReaders: Sendable {
        private let limit: Int
        private let count = Locked(0)

        init(atMost limit: Int) { self.limit = limit }

        /// Does something while one more journal is read.
        ///
        /// - Throws: a ``Problem`` when as many are read as may be, or what the body throws.
        nonisolated(nonsending) func read<Value>(_ body: () async throws -> Value) async throws -> Value {
            let isFree = count.withLock { count in
                guard count < limit else { return false }
                count += 1
                return true
            }
            guard isFree else {
                throw Problem(
                    .serviceUnavailable, "\(limit) journals are read at once already; ask again",
                    headers: [.retryAfter: "1"])
            }
            defer { count.withLock { $0 -= 1 } }
            return try await body()
        }
    }
#endif
