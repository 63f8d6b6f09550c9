import Glibc
import Synchronization

/// Blocks threads in C, out of reach of cancellation, until it is opened; tells when somebody has come.
package final class BlockingGate: @unchecked Sendable {  // POSIX semaphores are made to be shared between threads.
    private let semaphore = UnsafeMutablePointer<sem_t>.allocate(capacity: 1)
    private let arrived = Atomic(false)

    package init() { sem_init(semaphore, 0, 0) }

    /// Notes an arrival and returns once the gate is open.
    package func block() {
        arrived.store(true, ordering: .releasing)
        while sem_wait(semaphore) != 0 {}
        sem_post(semaphore)
    }

    /// Returns once somebody has come.
    package func waitForArrival(fileID: String = #fileID, line: Int = #line) async throws {
        try await eventually(fileID: fileID, line: line) { arrived.load(ordering: .acquiring) }
    }

    /// Lets go of those who are blocked, and of everybody who comes later.
    package func open() { sem_post(semaphore) }
}
