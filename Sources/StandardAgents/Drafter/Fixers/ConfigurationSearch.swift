import Glibc
import Support

/// Looks for the files that configure a fixer, as the fixer will: in a file's folder, then in the folders above it, up
/// to the workspace's.
struct ConfigurationSearch {
    /// The largest configuration that is read for what it mentions, in bytes. 1 MiB.
    static let largestFile = 1 << 20

    private let root: String
    private var known: [ExactString: Bool] = [:]

    init(in root: String) { self.root = root }

    /// Whether one of the configurations applies to a file.
    mutating func covers(_ path: String, _ configurations: [Fixer.Configuration]) -> Bool {
        if configurations.isEmpty { return true }
        var folder = path.allPathSegments.dropLast()
        while true {
            let prefix = folder.isEmpty ? "" : folder.joined(separator: "/") + "/"
            if configurations.contains(where: { isThere($0, at: prefix + $0.name) }) { return true }
            guard !folder.isEmpty else { return false }
            folder.removeLast()
        }
    }

    private mutating func isThere(_ configuration: Fixer.Configuration, at path: String) -> Bool {
        let key = path + "\0" + (configuration.mention ?? "")
        if let answer = known[key] { return answer }
        let answer = Self.isThere(configuration, at: root + "/" + path)
        known[key] = answer
        return answer
    }

    private static func isThere(_ configuration: Fixer.Configuration, at path: String) -> Bool {
        guard let mention = configuration.mention else {
            var status = stat()
            return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
        }
        guard let bytes = FileBytes.ofRegularFile(path, limit: largestFile) else { return false }
        return String(decoding: bytes, as: UTF8.self).contains(mention)
    }
}
