import Coordinator
import ExternalAgents
import JobFile
import Support

/// How the program of an agent is confined that a job's file and its own manifest both say something about.
///
/// The job's word holds, and may ask for no less than the manifest, whose author knows what the program does. `true` alone
/// takes what the manifest says. Nothing is mixed of the two: whoever reads one of the files knows what holds.
struct SandboxChoice {
    /// Whether the agent is a program that could be confined.
    let isProgram: Bool
    /// What its manifest asks for.
    let asked: SandboxPolicy?

    init(isProgram: Bool, asked: SandboxPolicy?) {
        self.isProgram = isProgram
        self.asked = asked
    }

    init(_ agent: any Agent) {
        let program = agent as? CommandAgent
        self.init(isProgram: program != nil, asked: program?.sandbox)
    }

    init(_ manifest: AgentManifest) {
        let isProgram = if case .command = manifest.implementation { true } else { false }
        self.init(isProgram: isProgram, asked: manifest.sandbox)
    }

    /// What holds where the job's file says `wanted`.
    func policy(_ wanted: SandboxPolicy) -> SandboxPolicy {
        guard let asked, asked.level != SandboxLevel.unconfined else { return wanted }
        guard wanted != SandboxPolicy() else { return asked }
        var policy = wanted
        policy.level = wanted.level ?? asked.level
        return policy
    }

    /// Why what the job's file says cannot be, as sentences about the agent; `nil` where it can.
    func fault(_ wanted: SandboxPolicy) -> String? {
        guard isProgram else {
            return "it is no program of this machine, so that no sandbox could hold it; remove the key 'sandbox'"
        }
        guard let asked, asked.level != SandboxLevel.unconfined, wanted != SandboxPolicy(),
            let respect = Self.looser(policy(wanted), than: asked)
        else { return nil }
        return
            "its manifest confines it more: \(respect); write sandbox: true to take what the manifest says, or change it "
            + "there"
    }

    /// The first respect in which a policy holds a program less than another does; `nil` where there is none.
    private static func looser(_ policy: SandboxPolicy, than other: SandboxPolicy) -> String? {
        if strength(policy.level) < strength(other.level) {
            return
                "the level is \(policy.level?.rawValue ?? "the machine's"), and \(other.level?.rawValue ?? "the machine's") there"
        }
        let reads = policy.reads.first { path in !isBelow(path, other.reads + other.writes) }
        if let path = reads { return "\(ForeignText.line(path)) may not be read there" }
        let writes = policy.writes.first { path in !isBelow(path, other.writes) }
        if let path = writes { return "\(ForeignText.line(path)) may not be written there" }
        let (limits, most) = (policy.limits, other.limits)
        if limits.memory > most.memory { return "memory is \(limits.memory) bytes, and \(most.memory) there" }
        if limits.processes > most.processes { return "processes are \(limits.processes), and \(most.processes) there" }
        if limits.cpu > most.cpu {
            return "cpu is \(DurationNotation.text(limits.cpu)), and \(DurationNotation.text(most.cpu)) there"
        }
        if limits.fileSize > most.fileSize {
            return "file_size is \(limits.fileSize) bytes, and \(most.fileSize) there"
        }
        return nil
    }

    /// The machine's own level counts as the strongest: which it is, a file does not know.
    private static func strength(_ level: SandboxLevel?) -> Int {
        switch level {
        case .unconfined: 0
        case .landlock: 1
        case .bubblewrap, nil: 2
        }
    }

    private static func isBelow(_ path: String, _ folders: [String]) -> Bool {
        folders.contains { ExactString(path) == ExactString($0) || path.utf8.starts(with: ($0 + "/").utf8) }
    }
}
