import Foundation
import Glibc
import SandboxProbe
import Support
import TestSupport
import Testing

/// Runs that are ended at seeded moments, from the start of the first stage to the end of the program: by cancellation, at a
/// timeout, and by SIGKILL of the process that runs them. Nothing of any is left.
@Suite(.serialized, .timeLimit(.minutes(60))) struct SandboxKillTests {
    /// How many runs there are: more by `scripts/deep sandbox`.
    private static let runs =
        ProcessInfo.processInfo.environment["COORDINATOR_SANDBOX_KILLS"].flatMap { Int($0) } ?? 40
    /// Runs at the same time, in folders of their own.
    private static let width = 4

    /// It leaves its session and its environment, and writes to every place that there is.
    private static let script = """
        trap '' TERM
        (setsid env -i sleep 31 &)
        (setsid sleep 31 &)
        sleep 31 &
        echo x >/tmp/confined 2>/dev/null; echo x >/dev/shm/confined 2>/dev/null; echo x >"$HOME/file"; mkfifo pipe
        head -c 1000000 /dev/zero >large
        wait
        """

    private enum End: CaseIterable { case cancellation, timeout, kill }

    @Test func nothingIsLeftOfRunsThatEndAtAnyMoment() async throws {
        let before = Traces.machine
        var generator = SeededGenerator.announced()
        var counts: [String: Int] = [:]
        for _ in 0..<(Self.runs + Self.width - 1) / Self.width {
            let plans = (0..<Self.width).map { _ in
                (
                    caller: Caller.possible.randomElement(using: &generator) ?? .unprivileged,
                    level: confiningLevels.randomElement(using: &generator) ?? .bubblewrap,
                    end: End.allCases.randomElement(using: &generator) ?? .kill,
                    milliseconds: Int.random(in: 0...250, using: &generator)
                )
            }
            try await withThrowingTaskGroup(of: Void.self) { group in
                for plan in plans {
                    counts["\(plan.end)", default: 0] += 1
                    group.addTask {
                        try await Self.run(as: plan.caller, plan.level, plan.end, plan.milliseconds)
                    }
                }
                try await group.waitForAll()
            }
        }
        let after = Traces.machine
        #expect(after.subtracting(before).isEmpty, "seed \(generator.seed)")
        let ends = counts.sorted { $0.key < $1.key }.map { "\($0.value) by \($0.key)" }
        print("sandbox: \(Self.runs) runs ended, \(ends.joined(separator: ", "))")
    }

    private static func run(
        as caller: Caller, _ level: SandboxLevel, _ end: End, _ milliseconds: Int
    ) async throws {
        let bench = try SandboxBench(caller)
        var request = bench.request(["bash", "-c", script], at: level)
        switch end {
        case .cancellation: request.cancelledAfterMilliseconds = milliseconds
        case .timeout: request.milliseconds = milliseconds
        case .kill: break
        }
        let child = try bench.start(request)
        if end == .kill {
            // The probe itself needs some milliseconds to start.
            DispatchQueue.global().asyncAfter(deadline: .now() + .milliseconds(milliseconds + 20)) {
                child.signal(SIGKILL)
            }
        }
        _ = try await child.wait()
        let what = "\(caller), \(level), \(end) after \(milliseconds) ms"
        // Whoever was killed leaves the clearing to its watcher.
        let limit = Duration.seconds(end == .kill ? 120 : 20)
        do {
            try await eventually(within: limit) {
                Traces.processes(in: bench.folderPath).isEmpty && Traces.groups(of: [child.pid]).isEmpty
            }
        } catch {
            Issue.record(
                "\(what): \(Traces.processes(in: bench.folderPath)), \(Traces.groups(of: [child.pid]))")
        }
        // What a run put aside for its input has no name.
        #expect(try FileManager.default.contentsOfDirectory(atPath: bench.folderPath + "/tmp") == ["empty"], "\(what)")
    }
}
