import Processes
import SandboxProbe
import Support
import Testing

/// Something that a confined program tries.
struct Escape: Sendable, CustomTestStringConvertible {
    /// Who can do it without a sandbox.
    enum Control: Sendable { case anybody, root, unprivileged, nobodyHere }

    let name: String
    var words: [String] = []
    var control = Control.anybody
    /// The levels that do not stop it.
    var works: @Sendable (SandboxLevel, Caller) -> Bool = { _, _ in false }
    /// Signals that end it where it is stopped.
    var signals: [Int32] = []
    var reads: [String] = []

    init(
        _ name: String, _ first: String..., words: [String] = [], control: Control = .anybody, signals: [Int32] = [],
        reads: [String] = [],
        works: @escaping @Sendable (SandboxLevel, Caller) -> Bool = { _, _ in false }
    ) {
        self.name = name
        self.words = first + words
        self.control = control
        self.signals = signals
        self.reads = reads
        self.works = works
    }

    var testDescription: String { ([name] + words).joined(separator: " ") }

    func isControlled(by caller: Caller) -> Bool {
        switch control {
        case .anybody: true
        case .root: caller == .root
        case .unprivileged: caller == .unprivileged
        case .nobodyHere: false
        }
    }
}

extension SandboxBench {
    /// Whether an escape was refused, or worked where no level stops it; and whether the same words work outside.
    ///
    /// - Parameter filled: words that stand for what is there in this run, such as a port.
    func check(_ escape: Escape, _ filled: [String: String] = [:], isUnharmed: () -> Bool = { true }) async throws {
        let all = filled.merging(["OUTSIDE": outside, "COPY": copy]) { own, _ in own }
        func fill(_ word: String) -> String {
            all.reduce(word) { $0.replacing("{\($1.key)}", with: $1.value) }
        }
        let words = escape.words.map(fill)
        for level in confiningLevels {
            let answer = try await attempt(escape.name, words, at: level) { $0.policy.reads = escape.reads.map(fill) }
            if escape.works(level, caller) {
                #expect(answer.ending == .exited(0), "\(level), \(caller): \(answer)")
            } else {
                let stopped = [.exited(3)] + escape.signals.map { ProbeAnswer.Ending.signalled($0) }
                #expect(stopped.contains(answer.ending), "\(level), \(caller): \(answer)")
                #expect(isUnharmed(), "\(level), \(caller)")
            }
            #expect(answer.report?.level == level)
        }
        guard escape.isControlled(by: caller) else { return }
        let answer = try await attempt(escape.name, words, at: .unconfined)
        #expect(answer.ending == .exited(0), "without a sandbox, \(caller): \(answer)")
    }
}
