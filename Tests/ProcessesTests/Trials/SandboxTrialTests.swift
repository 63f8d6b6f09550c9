import Foundation
import Processes
import SourceCodeTestSupport
import Support
import Testing

@Suite(.timeLimit(.minutes(5))) struct SandboxTrialTests {
    @Test(arguments: [SandboxLevel.bubblewrap, .landlock])
    func levelThatWorksLetsAProgramRunAndRefusesItAFileOutside(level: SandboxLevel) async throws {
        let folder = try ScratchFolder()
        let outcome = try await SandboxTrial(level).run(in: folder.path, by: ProgramRunner())
        guard case .confined(let report, let time) = outcome else {
            Issue.record("\(outcome)")
            return
        }
        #expect(report.level == level)
        #expect(Set(report.limits.keys) == Set(SandboxReport.Limit.allCases))
        #expect(time > .zero)
    }

    @Test func levelThatConfinesNothingIsFoundOut() async throws {
        let folder = try ScratchFolder()
        #expect(try await SandboxTrial(.unconfined).run(in: folder.path, by: ProgramRunner()) == .open)
    }

    @Test func folderInWhichNothingCanBeMadeIsNamedWithItsRemedy() async throws {
        let outcome = try await SandboxTrial(.landlock).run(in: "/proc/nothing", by: ProgramRunner())
        guard case .unavailable(let words) = outcome else {
            Issue.record("\(outcome)")
            return
        }
        #expect(words.contains("/proc/nothing: No such file or directory. Set TMPDIR"))
    }

    @Test func trialWhoseTaskIsCancelledSaysNothingAboutItsLevel() async throws {
        let folder = try ScratchFolder()
        let trial = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            return try await SandboxTrial(.landlock).run(in: folder.path, by: ProgramRunner())
        }
        await #expect(throws: CancellationError.self) { try await trial.value }
    }
}
