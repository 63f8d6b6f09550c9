import Glibc
import JobFile
import Support

/// Reads the job file named on the command line; prints every mistake and exits with code 2 if there are any.
enum JobFileArgument {
    static func read(
        _ path: String, options: JobFileReader.Options = .init(), onMistakes: () -> Void = {}
    ) throws -> JobSpecification {
        let bytes = try bytes(of: path, limit: options.limits.bytes)
        switch JobFileReader.read(bytes, file: path, options: options) {
        case .success(let spec): return spec
        case .failure(let problems):
            onMistakes()
            Console.error(problems.description)
            Console.error("\(path): \(Counted.text(problems.problems.count, "mistake")); nothing was run")
            throw Exit.unusable
        }
    }

    static func bytes(of path: String, limit: Int) throws -> [UInt8] {
        do {
            if path == "-" { return try FileBytes.read(descriptor: STDIN_FILENO, limit: limit) }
            return try FileBytes.read(path: path, limit: limit) {
                Console.error("\(path) is a pipe; waiting for what is written to it")
            }
        } catch {
            Console.error("error: \(path): \(error)")
            throw Exit.unusable
        }
    }
}
