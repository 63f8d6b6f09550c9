import CLinux
import Glibc
import Processes
import Support

/// Who is at the other end of a connection, as the kernel knows it.
struct ControlPeer: Sendable {
    let process: pid_t
    let user: uid_t

    /// - Returns: `nil` when the kernel does not say.
    init?(_ descriptor: Int32) {
        var peer = coordinator_peer()
        guard coordinator_peer_of(descriptor, &peer) == 0 else { return nil }
        (process, user) = (peer.process, peer.user)
    }

    /// Why it may not ask for anything; `nil` if it may.
    func refusal(holder: uid_t, runner: ProgramRunner) -> String? {
        guard user == holder || user == 0 else {
            return
                "The store belongs to user \(LocalUser.description(of: holder)), and \(name) asks; only its owner and root may."
        }
        switch runner.descent(of: process) {
        case .foreign: return nil
        case .own:
            return
                "Process \(process) was started by an agent of a job that process \(getpid()) runs, which holds this "
                + "store: an agent does not answer for a person. Ask from a terminal of your own."
        case .unknown:
            return "Process \(process) ended before anybody could see whether an agent has started it; ask again."
        }
    }

    var name: String { LocalUser.description(of: user) }
}
