import ArgumentParser
import Glibc
import JobComposition
import Processes
import SourceCode
import Support

/// `coordinator init`.
struct InitCommand: ProgramStartingCommand {
    static let configuration = CommandConfiguration(
        commandName: "init", abstract: "Writes a job file with comments that runs as it is.",
        discussion: """
            Run it in the repository the agents are to work on: the file names the command that runs its tests, where one \
            is found and can run here. Nothing of the repository is started, and a file that is there is left alone.
            """)

    @Argument(
        help: "The file to write; - writes to standard output.", completion: .file(extensions: ["yaml", "yml"]))
    var file = "job.yaml"

    func run(_ runner: ProgramRunner) async throws {
        let test = try await TestCommandSearch(in: Self.currentFolder, runner: runner).command()
        let text = JobTemplate(String(decoding: PackageResources.job_yaml, as: UTF8.self)).filled(test)
        guard file != "-" else {
            Console.output(text)
            return
        }
        try write(text)
        Console.error(
            """
            \(file) is there. \(Self.promise(test))
              coordinator validate \(file)
              coordinator run \(file)
              coordinator run \(file) --model NAME    (agents write code, too; coordinator doctor --model NAME)
            """)
        if let warning = await Self.warning(runner) { Console.error("warning: \(warning)") }
    }

    private static var currentFolder: String { (try? Workspace(".").root) ?? "." }

    private func write(_ text: String) throws {
        let descriptor = open(file, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else {
            Console.error("error: \(file): \(Self.reason(errno))")
            throw Exit.unusable
        }
        var problem = Console.write(text, to: descriptor)
        if close(descriptor) != 0, problem == 0 { problem = errno }
        guard problem == 0 else {
            _ = unlink(file)  // a part of it would be taken for the whole the next time
            Console.error("error: \(file): \(String(cString: strerror(problem))); it was not written")
            throw Exit.unusable
        }
    }

    /// What a run without a model does.
    private static func promise(_ test: TestCommand?) -> String {
        let common = "Without a language model its agents collect what is here and take fixes of configured formatters"
        guard let test else { return common + "; no file here says how tests are run." }
        guard let obstacle = test.obstacle else { return common + ", then run, in a copy: \(test.shown)" }
        return common + "; \(test.shown) is left out: \(obstacle)"
    }

    /// Why a run here will find nothing to read, or not all.
    private static func warning(_ runner: ProgramRunner) async -> String? {
        do {
            let count = try await Workspace(".").trackedFileCount(by: runner)
            if count == 0 {
                return "git tracks no file here, and agents read no others; git add those they are to read"
            }
            let most = WorkspaceLimits().fileCount
            return count > most
                ? "git tracks \(count) files here, and agents read \(most) at most; name folders in artifacts.code.include"
                : nil
        } catch {
            return "\(error)"
        }
    }

    private static func reason(_ number: Int32) -> String {
        switch number {
        case EEXIST: "the file is there already; give another name: coordinator init other.yaml"
        case ENOENT, ENOTDIR: "there is no such folder; make it, or give another name"
        default: "\(SystemError(number)); give a name where a file can be written"
        }
    }
}
