import Dispatch
import Glibc
import Locks

/// The processes of one tool run, led by a process that is the leader of its own session.
///
/// Signals are sent only until ``finish()``: after it the leader may be reaped and its number belong to a stranger.
final class ProcessGroup: Sendable {
    /// Why the processes were killed.
    enum Reason: Sendable { case timeout, cancellation, exit }

    private struct State {
        var finished = false
        var reason: Reason?
    }

    private let leader: pid_t
    private let state = Locked(State())

    init(leader: pid_t) { self.leader = leader }

    /// The first reason the processes were killed for.
    var reason: Reason? { state.withLock { $0.reason } }

    /// Kills the group, and the processes of its session and its descendants that left the group.
    func kill(for reason: Reason) {
        state.withLock { state in
            guard !state.finished else { return }
            state.reason = state.reason ?? reason
            let strays = ProcessTable.members(ofSessionLedBy: leader)
            _ = Glibc.kill(-leader, SIGKILL)
            for stray in strays { _ = Glibc.kill(stray, SIGKILL) }
        }
    }

    /// Forbids any further signal.
    func finish() { state.withLock { $0.finished = true } }

    /// Returns when the leader has ended and what it left behind is killed; it is not reaped by this.
    ///
    /// The killing happens on Dispatch's thread: endless output of a child may keep every thread of the cooperative
    /// pool busy.
    /// - Parameter descriptor: The leader's pidfd.
    func killAfterLeaderExit(descriptor: Int32) async {
        // The source needs a descriptor that stays open until its cancel handler has run.
        let own = fcntl(descriptor, F_DUPFD_CLOEXEC, 0)
        guard own >= 0 else { return await pollForExit() }
        let source = DispatchSource.makeReadSource(fileDescriptor: own)
        await withCheckedContinuation { (continuation: CheckedContinuation<Void, Never>) in
            source.setEventHandler {
                self.kill(for: .exit)
                source.cancel()
            }
            source.setCancelHandler {
                close(own)
                continuation.resume()
            }
            source.activate()
        }
    }

    /// For kernels without pidfd: asks every 10 ms.
    private func pollForExit() async {
        let timer = DispatchSource.makeTimerSource()
        timer.schedule(deadline: .now(), repeating: .milliseconds(10))
        let leader = leader
        await withCheckedContinuation { (continuation: CheckedContinuation<Void, Never>) in
            timer.setEventHandler {
                var info = siginfo_t()
                let status = waitid(P_PID, id_t(leader), &info, WEXITED | WNOHANG | WNOWAIT)
                if status != 0 || info.si_signo == SIGCHLD {
                    self.kill(for: .exit)
                    timer.cancel()
                }
            }
            timer.setCancelHandler { continuation.resume() }
            timer.activate()
        }
    }
}

/// What `/proc` tells of running processes.
enum ProcessTable {
    /// The processes in a session, and the descendants of its leader in any session; without the leader.
    static func members(ofSessionLedBy leader: pid_t) -> [pid_t] {
        guard let folder = opendir("/proc") else { return [] }
        defer { closedir(folder) }
        var parents: [pid_t: pid_t] = [:]
        var members: Set<pid_t> = [leader]
        while let entry = readdir(folder) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            guard let process = pid_t(name), let (parent, session) = ancestry(of: process) else { continue }
            parents[process] = parent
            if session == leader { members.insert(process) }
        }
        var grew = true
        while grew {
            grew = false
            for (process, parent) in parents where members.contains(parent) && members.insert(process).inserted {
                grew = true
            }
        }
        members.remove(leader)
        return members.sorted()
    }

    /// The parent and the session of a process; `nil` when it is gone.
    private static func ancestry(of process: pid_t) -> (parent: pid_t, session: pid_t)? {
        let descriptor = open("/proc/\(process)/stat", O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        let text = [UInt8](unsafeUninitializedCapacity: 1024) { buffer, count in
            count = max(0, read(descriptor, buffer.baseAddress, buffer.count))
        }
        // The name, in parentheses, may itself hold spaces and parentheses: the fields start after the last one.
        guard let end = text.lastIndex(of: UInt8(ascii: ")")) else { return nil }
        let fields = text[(end + 1)...].split(separator: UInt8(ascii: " "))
        guard fields.count > 3, let parent = pid_t(String(decoding: fields[1], as: UTF8.self)),
            let session = pid_t(String(decoding: fields[3], as: UTF8.self))
        else { return nil }
        return (parent, session)
    }
}
