import Coordinator
import Processes
import SourceCode
import Support

/// Checks whether programs can be confined here, at which level, and what confined programs would not find.
struct SandboxChecks {
    let environment: [String: String]
    /// Starts programs.
    let runner: ProgramRunner

    private static let name = "sandbox"
    private static let variable = SandboxPolicy.levelVariable

    func findings() async throws -> [Finding] {
        var outcomes: [SandboxLevel: SandboxTrial.Outcome] = [:]
        // One after the other: each is timed.
        for level in SandboxLevel.confining { outcomes[level] = try await outcome(of: level) }
        let levels = SandboxLevel.confining.compactMap { level in
            outcomes[level].map { Self.finding(level.rawValue, $0) }
        }
        return [setting(outcomes)] + levels + [toolchains]
    }

    private func outcome(of level: SandboxLevel) async throws -> SandboxTrial.Outcome {
        do {
            return try await ScratchDirectory.with { folder in
                try await SandboxTrial(level).run(in: folder, by: runner)
            }
        } catch let error as WorkspaceCopyError {
            return .unavailable("It could not be tried: \(error)")
        }
    }

    /// The level that a job gets where its file names none: this one is decisive.
    private func setting(_ outcomes: [SandboxLevel: SandboxTrial.Outcome]) -> Finding {
        let level: SandboxLevel
        do throws(ProgramError) {
            level = try SandboxTrial.defaultLevel()
        } catch {
            return .failed(Self.name, SandboxTrial.sentences(of: error), remedy: "Correct \(Self.variable).")
        }
        let isSet = EnvironmentReader.text(environment[Self.variable]) != nil
        let words = "\(level.rawValue), \(isSet ? "as \(Self.variable) says" : "the default")"
        guard level != .unconfined else {
            return .off(Self.name, "\(words): programs that a model writes run unconfined, as this user")
        }
        if case .confined = outcomes[level] { return .ok(Self.name, "\(words), works here") }
        let others = SandboxLevel.confining.filter { other in
            if case .confined = outcomes[other] { true } else { false }
        }.map(\.rawValue)
        let choice = others.first.map { "set \(Self.variable)=\($0), which works here; or " } ?? ""
        return .failed(
            Self.name, "\(words), does not work here: runs of model-written tests, and of what a job confines, fail",
            remedy: "\(choice)do as is said at \(level.rawValue)")
    }

    private static func finding(_ name: String, _ outcome: SandboxTrial.Outcome) -> Finding {
        switch outcome {
        case .confined(let report, let time):
            .ok(
                name,
                "a program ran in \(Int((time / .milliseconds(1)).rounded())) ms, and was refused a file outside; limits: \(limits(report))"
            )
        // Another level may be set, and whether this one is needed the setting says.
        case .unavailable(let words): .off(name, words)
        case .open:
            .failed(
                name, "a program at this level could read a file outside of its folder: it confines nothing here",
                remedy: "Do not run what you do not trust on this machine, and report this with the output of uname -a."
            )
        }
    }

    /// The limits by what holds them, in the words of results.
    private static func limits(_ report: SandboxReport) -> String {
        [SandboxReport.Mechanism.cgroup, .rlimit].compactMap { mechanism in
            let held = SandboxReport.Limit.allCases.filter { report.limits[$0] == mechanism }.map(\.rawValue)
            return held.isEmpty ? nil : "\(held.listed) by \(mechanism.rawValue)"
        }.joined(separator: ", ")
    }

    private var toolchains: Finding {
        let name = "toolchains"
        let hidden = HiddenPrograms(path: environment["PATH"] ?? "")
        guard !hidden.folders.isEmpty else { return .ok(name, "a sandbox shows every folder of PATH") }
        let folders = "a sandbox does not show the programs in \(hidden.folders.listed)"
        var remedies: [String] = []
        if !hidden.closed.isEmpty {
            remedies.append(
                "The user that confined programs run as cannot enter \(hidden.closed.listed): install what they need "
                    + "below /usr/local or /opt, or let it in with chmod o+x.")
        }
        if !hidden.reads.isEmpty {
            let reads = hidden.reads.map(Self.yaml).joined(separator: ", ")
            remedies.append("Where a confined program needs them, write sandbox: {reads: [\(reads)]}.")
        }
        return Finding(name: name, state: .off, detail: folders, remedy: remedies.joined(separator: "\n"))
    }

    /// A path as an entry of a list in YAML: quoted only where it must be.
    private static func yaml(_ path: String) -> String {
        let isPlain = path.utf8.allSatisfy { byte in
            UInt8(ascii: "a")...UInt8(ascii: "z") ~= byte || UInt8(ascii: "A")...UInt8(ascii: "Z") ~= byte
                || UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte || "/._-+".utf8.contains(byte)
        }
        return isPlain ? path : JSONQuotation.quoted(path)
    }
}

extension SandboxLevel {
    /// The levels that keep a program from anything.
    fileprivate static let confining = allCases.filter { $0 != .unconfined }
}
