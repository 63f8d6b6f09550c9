import CSeccomp
import Foundation
import Processes
import Support

/// Runs a confined program as its argument, a ``ProbeRequest``, says, and prints a ``ProbeAnswer``: so that tests may run
/// one as any user, with what a container forbids, and may kill who runs it.
@main struct SandboxProbe {
    static func main() async throws {
        ProcessWatch.serveIfWatcher(CommandLine.arguments)
        guard CommandLine.arguments.count == 2 else { return print("one argument: a request in JSON") }
        let request = try JSONDecoder().decode(ProbeRequest.self, from: Data(CommandLine.arguments[1].utf8))
        try request.forbidden.forEach(forbid)
        let adoption = request.isWatched ? ProcessAdoption() : nil
        let watch = request.isWatched ? ProcessWatch(adoption: adoption) { _ in } : nil
        let runner = ProgramRunner(adoption: adoption, watch: watch)
        for _ in 0..<request.repetitions {
            let start = ContinuousClock.now
            var answer = await answer(to: request, by: runner)
            if request.repetitions > 1 { answer.microseconds = Int((.now - start) / .microseconds(1)) }
            var line = try JSONEncoder().encode(answer)
            line.append(UInt8(ascii: "\n"))
            FileHandle.standardOutput.write(line)
        }
        watch?.end()
    }

    private static func answer(to request: ProbeRequest, by runner: ProgramRunner) async -> ProbeAnswer {
        var invocation = ProgramInvocation(
            request.command, workingDirectory: request.folder,
            environment: ProgramVariables.passed.merging(request.variables) { $1 },
            timeout: .milliseconds(request.milliseconds))
        invocation.sandbox = ProgramSandbox(request.policy, folder: request.folder, scratch: request.scratch)
        invocation.standardInput = Array(request.input.utf8)
        invocation.terminationGrace = .milliseconds(request.graceMilliseconds)
        if let limit = request.outputLimit { (invocation.outputLimit, invocation.endsOnExcess) = (limit, true) }
        let run = Task { [invocation] in try await runner.run(invocation) }
        if let milliseconds = request.cancelledAfterMilliseconds {
            DispatchQueue.global().asyncAfter(deadline: .now() + .milliseconds(milliseconds)) { run.cancel() }
        }
        do {
            let result = try await run.value
            let ending: ProbeAnswer.Ending =
                switch result.ending {
                case .exited(let status): .exited(status)
                case .signalled(let signal): .signalled(signal)
                }
            return ProbeAnswer(
                ending: ending, output: result.outputText, errors: result.errorText, isTimedOut: result.timedOut,
                isExceeded: result.exceeded, report: result.sandbox, reached: result.reachedLimits)
        } catch let error as ProgramError {
            return ProbeAnswer(ending: .failed("\(error.code)", error.description))
        } catch { return ProbeAnswer(ending: .failed("other", "\(error)")) }
    }

    /// Refuses system calls to this process and its programs.
    private static func forbid(_ what: ProbeRequest.Forbidden) throws {
        let refused: UInt32 = 0x0005_0000
        guard let filter = seccomp_init(0x7FFF_0000) else { throw SystemError(ENOMEM) }
        defer { seccomp_release(filter) }
        func refuse(_ name: String, _ error: Int32, _ arguments: [scmp_arg_cmp] = []) throws {
            let status = seccomp_rule_add_array(
                filter, refused | UInt32(error), seccomp_syscall_resolve_name(name), UInt32(arguments.count), arguments)
            guard status == 0 else { throw SystemError(-status) }
        }
        switch what {
        case .namespaces:
            let namespaces: [UInt64] = [
                0x0002_0000, 0x0200_0000, 0x0400_0000, 0x0800_0000, 0x1000_0000, 0x2000_0000, 0x4000_0000,
            ]
            for name in ["unshare", "setns"] { try refuse(name, EPERM) }
            for bit in namespaces {
                try refuse(
                    "clone", EPERM, [scmp_arg_cmp(arg: 0, op: SCMP_CMP_MASKED_EQ, datum_a: bit, datum_b: bit)])
            }
            try refuse("clone3", ENOSYS)
        case .landlock:
            for name in ["landlock_create_ruleset", "landlock_add_rule", "landlock_restrict_self"] {
                try refuse(name, ENOSYS)
            }
        }
        let status = seccomp_load(filter)
        guard status == 0 else { throw SystemError(-status) }
    }
}
