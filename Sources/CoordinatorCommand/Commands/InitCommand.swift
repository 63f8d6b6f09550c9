import ArgumentParser
import Glibc
import Support

/// `coordinator init`.
struct InitCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "init", abstract: "Writes a job file with comments that runs as it is.",
        discussion: "A file that is there is left alone. Run it in the repository the agents are to work on.")

    @Argument(
        help: "The file to write; - writes to standard output.", completion: .file(extensions: ["yaml", "yml"]))
    var file = "job.yaml"

    func run() async throws {
        let text = String(decoding: PackageResources.job_yaml, as: UTF8.self)
        guard file != "-" else {
            Console.output(text)
            return
        }
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
        Console.error(
            """
            \(file) is there: three agents that work on this repository by their rules.
              coordinator validate \(file)
              coordinator run \(file)
              coordinator run \(file) --model NAME    (a language model: coordinator doctor --model NAME)
            """)
    }

    private static func reason(_ number: Int32) -> String {
        switch number {
        case EEXIST: "the file is there already; give another name: coordinator init other.yaml"
        case ENOENT, ENOTDIR: "there is no such folder; make it, or give another name"
        default: "\(SystemError(number)); give a name where a file can be written"
        }
    }
}
