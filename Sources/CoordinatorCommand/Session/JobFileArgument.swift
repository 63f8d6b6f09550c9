import Coordinator
import ExternalAgents
import Glibc
import JobComposition
import JobFile

/// Reads the job file named on the command line; prints every mistake and exits with code 2 if there are any.
enum JobFileArgument {
    /// Reads a job file that may use the agents of a folder. If the file has mistakes, the folder's problems are
    /// printed first, since an agent may be missing because its manifest cannot be used.
    static func read(_ path: String, overrides: [String], agents: ManifestScan) throws -> JobSpecification {
        let options = JobFileReader.Options(
            overrides: overrides, manifests: Set(agents.manifests.keys),
            capabilities: agents.capabilities.union(ShippedAgent.capabilities))
        return try read(path, options: options) {
            for problem in agents.problems.sorted(by: { $0.key < $1.key }) { Console.error(problem.value) }
        }
    }

    static func read(
        _ path: String, options: JobFileReader.Options = .init(), onMistakes: () -> Void = {}
    ) throws -> JobSpecification {
        let bytes = try bytes(of: path, limit: options.limits.bytes)
        switch JobFileReader.read(bytes, file: path, options: options) {
        case .success(let spec): return spec
        case .failure(let problems):
            onMistakes()
            Console.error(problems.description)
            let count = problems.problems.count
            Console.error("\(path): \(count) \(count == 1 ? "mistake" : "mistakes"); nothing was run")
            throw Exit.unusable
        }
    }

    static func bytes(of path: String, limit: Int) throws -> [UInt8] {
        let descriptor = path == "-" ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw unreadable(path) }
        defer { if descriptor != STDIN_FILENO { close(descriptor) } }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        // A byte more than the limit is enough for the reader to report that the file is too large.
        while bytes.count <= limit {
            let count = Glibc.read(descriptor, &buffer, buffer.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw unreadable(path) }
            if count == 0 { break }
            bytes += buffer[..<count]
        }
        return bytes
    }

    private static func unreadable(_ path: String) -> any Error {
        Console.error("\(path): cannot be read: \(String(cString: strerror(errno)))")
        return Exit.unusable
    }
}
