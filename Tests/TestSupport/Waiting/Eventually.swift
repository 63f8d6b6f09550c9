import Glibc

/// What was waited for did not come in time.
package struct WaitTimedOut: Error, CustomStringConvertible {
    package let limit: Duration
    package let fileID: String
    package let line: Int

    package var description: String {
        "what is waited for at \(fileID):\(line) has not come within \(limit.components.seconds) s"
    }
}

/// How long a wait of a test may last where it names no other limit: far longer than any busy machine needs.
package let defaultWaitLimit = Duration.seconds(120)

/// Waits until a condition holds. The one place where a test looks again and again, for what gives no signal to await.
///
/// - Throws: `WaitTimedOut`, which names the caller's place; `CancellationError` when the test's own time is up; what the
///   condition throws.
package func eventually(
    within limit: Duration = defaultWaitLimit, isolation: isolated (any Actor)? = #isolation,
    fileID: String = #fileID, line: Int = #line, _ condition: () async throws -> Bool
) async throws {
    let end = ContinuousClock.now + limit
    var looks = 0
    while try await !condition() {
        guard ContinuousClock.now < end else { throw WaitTimedOut(limit: limit, fileID: fileID, line: line) }
        looks += 1
        // Most conditions hold within a few turns of other tasks; a longer wait leaves the cores to what it waits for.
        if looks < 100 { await Task.yield() } else { try await Task.sleep(for: .milliseconds(1)) }
        try Task.checkCancellation()
    }
}

/// Blocks a thread of the test's own until a condition holds, and tells whether it did within the limit.
package func blockUntil(within limit: Duration = defaultWaitLimit, _ condition: () -> Bool) -> Bool {
    let end = ContinuousClock.now + limit
    while !condition() {
        guard ContinuousClock.now < end else { return false }
        // The thread is not one of Swift's pool, so there is no task to suspend; what it waits for has no descriptor.
        usleep(1_000)
    }
    return true
}
