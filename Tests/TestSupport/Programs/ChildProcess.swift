import Foundation
import Glibc
import Synchronization

/// How long a program of a test may run where the test names no other limit.
package let defaultProgramLimit = Duration.seconds(240)

/// A child process of a test.
///
/// Foundation's own `Process` watches its children with `select`, which knows no descriptor above 1023: with hundreds of
/// tests at once, ends of processes went unnoticed. Here a thread waits for each child.
package final class ChildProcess: Sendable {
    package let pid: pid_t
    private let status = Mutex<Int32?>(nil)

    /// A program and what it gets.
    package struct Launch {
        package var executable: String
        package var arguments: [String] = []
        /// Added to the environment of the tests, without that of OpenTelemetry; `nil` values remove.
        package var environment: [String: String] = [:]
        package var folder: String?
        /// Descriptors for standard input, output and error; `nil` means /dev/null.
        package var input: Int32?
        package var output: Int32?
        package var errors: Int32?

        package init(_ executable: String, _ arguments: [String] = []) {
            self.executable = executable
            self.arguments = arguments
        }
    }

    package struct LaunchError: Error, CustomStringConvertible {
        package let description: String
    }

    /// Starts the program.
    package init(_ launch: Launch) throws {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        for (target, source) in [launch.input, launch.output, launch.errors].enumerated() {
            if let source {
                posix_spawn_file_actions_adddup2(&actions, source, Int32(target))
            } else {
                posix_spawn_file_actions_addopen(
                    &actions, Int32(target), "/dev/null", target == 0 ? O_RDONLY : O_WRONLY, 0)
            }
        }
        var environment = ProcessInfo.processInfo.environment.filter { !$0.key.hasPrefix("OTEL_") }
        environment.merge(launch.environment) { $1 }
        // env(1) changes the folder, which posix_spawn cannot portably do.
        var words = [launch.executable] + launch.arguments
        if let folder = launch.folder { words = ["/usr/bin/env", "-C", folder] + words }
        var arguments: [UnsafeMutablePointer<CChar>?] = words.map { strdup($0) } + [nil]
        var variables: [UnsafeMutablePointer<CChar>?] = environment.map { strdup("\($0)=\($1)") } + [nil]
        defer { for pointer in arguments + variables { free(pointer) } }
        // Dispatch's threads block most signals, and a child would inherit that: SIGTERM would not reach it.
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var none = sigset_t()
        sigemptyset(&none)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))
        var pid = pid_t()
        let status = posix_spawn(&pid, words[0], &actions, &attributes, &arguments, &variables)
        guard status == 0 else {
            throw LaunchError(description: "\(words[0]) cannot be started: \(String(cString: strerror(status)))")
        }
        self.pid = pid
        let child = pid
        // The thread holds this object until the child has ended.
        let waiter = Thread { [self] in
            var status: Int32 = 0
            while waitpid(child, &status, 0) < 0, errno == EINTR {}
            let signal = status & 0x7F
            self.status.withLock { $0 = signal == 0 ? (status >> 8) & 0xFF : 128 + signal }
        }
        waiter.stackSize = 1 << 19
        waiter.start()
    }

    /// Waits for the end, and gives the exit status: 128 more than the signal's number when one ended it.
    ///
    /// - Throws: `WaitTimedOut` when it does not end in time; it is killed then.
    package func wait(
        within limit: Duration = defaultProgramLimit, fileID: String = #fileID, line: Int = #line
    ) async throws -> Int32 {
        do {
            try await eventually(within: limit, fileID: fileID, line: line) { status.withLock { $0 != nil } }
        } catch {
            signal(SIGKILL)
            throw error
        }
        return status.withLock { $0 } ?? -1
    }

    /// Sends a signal.
    package func signal(_ number: Int32) { kill(pid, number) }
}

/// Two ends of a pipe that no program started meanwhile inherits.
package struct ClosedOnExecPipe {
    package let reading: Int32
    package let writing: Int32

    package init?() {
        var ends: [Int32] = [0, 0]
        guard pipe(&ends) == 0 else { return nil }
        for end in ends where fcntl(end, F_SETFD, FD_CLOEXEC) != 0 { return nil }
        (reading, writing) = (ends[0], ends[1])
    }
}
