import ExternalAgents
import Glibc
import Processes
import SourceCode

/// Checks of this machine.
struct LocalChecks {
    let workspace: String
    let agents: String
    let environment: [String: String]
    /// Starts programs.
    let runner: ProgramRunner

    /// A program, the arguments that ask for its version, and what the answer of the right one holds.
    private struct Probe {
        let name: String
        let mark: String
        /// What it is used for.
        let need: String
        var arguments: [String] { [name, "--version"] }
    }

    /// What starting a program showed.
    private enum Answer {
        case version(String)
        case missing(String)
        case broken(String)
    }

    func findings() async -> [Finding] {
        var findings: [Finding] = []
        let git = await needed(Probe(name: Git.program, mark: "git version", need: "every agent"), package: "git")
        findings.append(git)
        findings.append(
            git.state == .ok
                ? await workingTree()
                : .unchecked("workspace", "\(workspace) could not be checked without git", remedy: "see to git first"))
        for probe in [
            Probe(
                name: "swiftc", mark: "Swift version", need: "for Swift: declarations, and whether a patch parses"),
            Probe(name: "python3", mark: "Python 3", need: "for Python: whether a patch parses"),
            Probe(name: "ctags", mark: "Universal Ctags", need: "for declarations of other languages"),
        ] {
            findings.append(await optional(probe))
        }
        findings.append(outFolder())
        findings.append(manifests())
        return findings
    }

    /// Only a program that ends with 0 and names itself works.
    private func answer(of probe: Probe) async -> Answer {
        let result: ProgramResult
        do {
            result = try await runner.run(
                ProgramInvocation(
                    probe.arguments, workingDirectory: ProgramInvocation.neutralFolder, timeout: .seconds(20)))
        } catch let error as ProgramError where error.code == .notFound {
            return .missing("\(error)")
        } catch {
            return .broken("\(error)")
        }
        let words = (result.outputText + "\n" + result.errorText).split(whereSeparator: \.isNewline)
        let said = words.first.map { ": \($0.prefix(200))" } ?? " without a word"
        let command = probe.arguments.joined(separator: " ")
        if result.timedOut { return .broken("'\(command)' did not end within 20 s") }
        switch result.ending {
        case .signalled(let number): return .broken("signal \(number) ended '\(command)'\(said)")
        case .exited(let status) where status != 0:
            return .broken("'\(command)' ended with exit status \(status)\(said)")
        case .exited:
            guard let version = words.first(where: { $0.contains(probe.mark) }) else {
                return .broken("'\(command)' does not name \(probe.mark)\(said)")
            }
            return .version(String(version.prefix(80)))
        }
    }

    private func needed(_ probe: Probe, package: String) async -> Finding {
        switch await answer(of: probe) {
        case .version(let version): .ok(probe.name, version)
        case .missing(let words):
            .failed(probe.name, words, remedy: "\(probe.need) needs it: apt-get install \(package)")
        case .broken(let words):
            .failed(probe.name, words, remedy: "\(probe.need) needs it; it is there, but does not work: repair it")
        }
    }

    private func optional(_ probe: Probe) async -> Finding {
        switch await answer(of: probe) {
        case .version(let version): .ok(probe.name, version)
        case .missing: .off(probe.name, "not there; it is used \(probe.need)")
        // Runs do without it, as if it were not there.
        case .broken(let words):
            .unchecked(probe.name, words, remedy: "runs may do without it; it is used \(probe.need)")
        }
    }

    private func workingTree() async -> Finding {
        do {
            let scan = try await Workspace(workspace).scan(
                PathSelection(include: [PathPattern("no such file")]), by: runner)
            return .ok("workspace", "\(workspace), at \(scan.revision?.prefix(12) ?? "no commit yet")")
        } catch let error as WorkspaceError where error.code == .gitFailed {
            return .failed("workspace", "\(error)", remedy: "agents read what git tracks: do as git says")
        } catch {
            return .failed(
                "workspace", "\(error)",
                remedy: "agents read what git tracks there")
        }
    }

    private func outFolder() -> Finding {
        let results = ".coordinator/runs"
        if let problem = FolderCheck(below: results).problem {
            return .failed("results", problem, remedy: "make the folder writable, or give --out")
        }
        return .ok("results", "go to \(results), which can be written")
    }

    private func manifests() -> Finding {
        var status = stat()
        guard stat(agents, &status) == 0 else { return .off("agents", "there is no folder \(agents)") }
        guard status.st_mode & S_IFMT == S_IFDIR else {
            return .failed("agents", "\(agents) is not a folder", remedy: "give another with --agents")
        }
        let scan = ManifestScan(agents, home: environment["HOME"])
        let empty = scan.emptyFiles.sorted().map { "\($0): is empty" }
        let problems = scan.problems.sorted { $0.key < $1.key }.map(\.value) + empty
        guard problems.isEmpty else {
            return .failed(
                "agents", problems.joined(separator: "\n"), remedy: "coordinator agents shows those that work")
        }
        let names = scan.manifests.keys.sorted().joined(separator: ", ")
        // Their programs and services are not started.
        return names.isEmpty
            ? .off("agents", "\(agents) has no manifests")
            : .ok("agents", "the manifests in \(agents) are valid: \(names)")
    }
}
