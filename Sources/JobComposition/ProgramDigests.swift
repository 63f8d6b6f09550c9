import Glibc
import Processes
import Support

/// What the programs of agents consist of, so that a change of one is noticed before its job goes on: the program itself,
/// and those arguments that are files of the workspace.
struct ProgramDigests {
    /// The most bytes of a file that are read; of a longer one the size and the time of its last change count.
    static let longestRead = 64 << 20

    /// A file, and the digest of what it holds.
    struct File {
        let name: String
        let digest: String
    }

    let workspace: String
    /// The store's file; `nil` for none.
    let store: String?

    /// The files of a command, as far as they are there.
    func of(_ arguments: [String]) -> [File] {
        guard let program = arguments.first else { return [] }
        let own = [program].map { File(name: $0, path: path(ofProgram: $0)) }
        return (own + arguments.dropFirst().map { File(name: $0, path: path(inWorkspace: $0)) }).compactMap { $0 }
    }

    /// The digest of a file; `nil` where there is none.
    func digest(ofFile path: String) -> String? { File(name: path, path: path)?.digest }

    private func path(ofProgram name: String) -> String? {
        guard name.contains("/") else { return InstalledPrograms(outside: workspace).path(of: name) }
        return name.isAbsolutePath ? name : "\(workspace)/\(name)"
    }

    /// A file of the workspace that an argument names; nothing outside of it counts, links included.
    private func path(inWorkspace argument: String) -> String? {
        guard !argument.isEmpty, !argument.hasPrefix("-"), !argument.utf8.contains(0),
            let root = Self.real(workspace),
            let file = Self.real(argument.isAbsolutePath ? argument : "\(workspace)/\(argument)"),
            file.hasPrefix(root + "/"),
            // It changes with every job, and whoever closes a file gives up all locks that the process has on it.
            !(store.map { StoreSuffix.isOfStore(file, $0) } ?? false)
        else { return nil }
        return file
    }

    private static func real(_ path: String) -> String? {
        guard let real = realpath(path, nil) else { return nil }
        defer { free(real) }
        return String(cString: real)
    }
}

extension ProgramDigests.File {
    /// - Parameter path: where it is; `nil` where it was not found.
    fileprivate init?(name: String, path: String?) {
        var status = stat()
        guard let path, stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
        let size = Int(status.st_size)
        if size <= ProgramDigests.longestRead,
            let bytes = try? FileBytes.read(path: path, limit: size)
        {
            self.init(name: name, digest: "sha256:" + SHA256.hexDigits(of: bytes))
        } else {
            self.init(name: name, digest: "\(size) bytes of \(status.st_mtim.tv_sec)")
        }
    }
}
