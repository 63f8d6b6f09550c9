import Glibc
import JobFile

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
