import ArgumentParser
import JobComposition
import Processes
import SourceCode

/// `coordinator init`.
struct InitCommand: ProgramStartingCommand {
    static let configuration = CommandConfiguration(
        commandName: "init", abstract: "Writes a job file with comments that runs as it is.",
        discussion: """
            Run it in the repository the agents are to work on: the file names the command that runs its tests, where one \
            is found and can run here. Nothing of the repository is started, and a file that is there is left alone. With --kind \
            review it also writes prompts/, schemas/ and tools/ beside the job file.
            """)

    @Argument(
        help: "The file to write; - writes to standard output.", completion: .file(extensions: ["yaml", "yml"]))
    var file = "job.yaml"

    @Option(
        help: ArgumentHelp(
            "The kind of job: review (three reviewers of a change and a judge), fix (rounds of patch and tests), minimal (one "
                + "agent made of a model). Without it, a job that runs without a model.", valueName: "kind"))
    var kind: InitialKind?

    func run(_ runner: ProgramRunner) async throws {
        let test = try await TestCommandSearch(in: Self.currentFolder, runner: runner).command()
        let files = kind?.files(file, test) ?? [InitialFile(path: file, text: Self.plain(test))]
        guard file != "-" else {
            guard files.count == 1, let job = files.first else {
                Console.error("error: the job consists of \(files.count) files; give a name: coordinator init job.yaml")
                throw Exit.unusable
            }
            Console.output(job.text)
            return
        }
        try InitialFile.write(files)
        Console.error(told(files, test))
        if let warning = await Self.warning(runner) { Console.error("warning: \(warning)") }
    }

    private static func plain(_ test: TestCommand?) -> String {
        JobTemplate(String(decoding: PackageResources.job_yaml, as: UTF8.self)).filled(test)
    }

    /// What was written, and what comes next.
    private func told(_ files: [InitialFile], _ test: TestCommand?) -> String {
        guard let kind else {
            return """
                \(file) is there. \(Self.promise(test))
                  coordinator validate \(file)
                  coordinator run \(file)
                  coordinator run \(file) --model NAME    (agents write code, too; coordinator doctor --model NAME)
                """
        }
        let others = files.dropFirst().map(\.path).joined(separator: ", ")
        return """
            \(file) is there\(others.isEmpty ? "" : ", and so are \(others)"). \(kind.promise)\(kind == .fix ? tests(test) : "").
              coordinator doctor --model NAME    (docs/models.md: a key, or a small model of your own)
              coordinator validate \(file)\(kind.needsModel ? " --model NAME" : "")
              coordinator run \(file) --model NAME
            """
    }

    private func tests(_ test: TestCommand?) -> String {
        guard let test else { return "; no file here says how tests are run, so name them in the file" }
        return test.obstacle.map { "; \(test.shown) is left out: \($0)" } ?? ": \(test.shown)"
    }

    private static var currentFolder: String { (try? Workspace(".").root) ?? "." }

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
}
