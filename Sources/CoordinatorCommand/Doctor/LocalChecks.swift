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

    func findings() async -> [Finding] {
        var findings: [Finding] = []
        findings.append(await program("git", [Git.program, "--version"], need: "every agent", package: "git"))
        findings.append(await workingTree())
        for (name, arguments, need) in [
            ("swiftc", ["swiftc", "--version"], "for Swift: declarations, and whether a patch parses"),
            ("python3", ["python3", "--version"], "for Python: whether a patch parses"),
            ("ctags", ["ctags", "--version"], "for declarations of other languages"),
        ] {
            findings.append(await optional(name, arguments, need))
        }
        findings.append(outFolder())
        findings.append(manifests())
        return findings
    }

    private func version(_ arguments: [String]) async -> Result<String, ProgramError> {
        do {
            let result = try await runner.run(
                ProgramInvocation(
                    arguments, workingDirectory: ProgramInvocation.neutralFolder, timeout: .seconds(20)))
            let text = result.outputText + result.errorText
            return .success(String(text.prefix { !$0.isNewline }.prefix(80)))
        } catch let error as ProgramError {
            return .failure(error)
        } catch {
            return .success("")
        }
    }

    private func program(_ name: String, _ arguments: [String], need: String, package: String) async -> Finding {
        switch await version(arguments) {
        case .success(let version): .ok(name, version)
        case .failure(let error):
            .failed(name, "\(error)", remedy: "\(need) needs it: apt-get install \(package)")
        }
    }

    private func optional(_ name: String, _ arguments: [String], _ need: String) async -> Finding {
        switch await version(arguments) {
        case .success(let version): .ok(name, version)
        case .failure: .off(name, "not there; it is used \(need)")
        }
    }

    private func workingTree() async -> Finding {
        do {
            let scan = try await Workspace(workspace).scan(
                PathSelection(include: [PathPattern("no such file")]), by: runner)
            return .ok("workspace", "\(workspace), at \(scan.revision?.prefix(12) ?? "no commit yet")")
        } catch {
            return .failed(
                "workspace", "\(error)",
                remedy: "agents read what git tracks: run in a git repository, or give --workspace")
        }
    }

    private func outFolder() -> Finding {
        let results = ".coordinator/runs"
        var folder = "."
        for part in [".coordinator", "runs"] where access(folder + "/" + part, F_OK) == 0 { folder += "/" + part }
        guard access(folder, W_OK | X_OK) == 0 else {
            return .failed(
                "results", "\(results): \(String(cString: strerror(errno)))",
                remedy: "make the folder writable, or give --out")
        }
        return .ok("results", "go to \(results)")
    }

    private func manifests() -> Finding {
        guard access(agents, F_OK) == 0 else { return .off("agents", "there is no folder \(agents)") }
        let scan = ManifestScan(agents)
        let problems = scan.problems.sorted { $0.key < $1.key }.map(\.value)
        guard problems.isEmpty else {
            return .failed(
                "agents", problems.joined(separator: "\n    "), remedy: "coordinator agents shows those that work")
        }
        let names = scan.manifests.keys.sorted().joined(separator: ", ")
        return .ok("agents", names.isEmpty ? "\(agents) has no manifests" : "\(agents): \(names)")
    }
}
