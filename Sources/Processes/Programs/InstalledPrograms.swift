import Glibc
import Support

/// Finds programs among those that are installed.
package struct InstalledPrograms: Sendable {
    private let folders: [String]

    /// - Parameters:
    ///   - path: the value of `PATH`; entries that are not absolute depend on where one is, and are passed over.
    ///   - workspace: the folder whose own programs are not among the installed ones, wherever `PATH` leads.
    package init(
        path: String = ProgramVariables.passed["PATH"] ?? "", outside workspace: String
    ) {
        folders = Self.folders(of: path).filter { folder in
            folder.isAbsolutePath && !Self.lies(folder, in: workspace)
        }
    }

    /// The absolute path of a program; `nil` when it is not installed.
    package func path(of name: String) -> String? {
        folders.lazy.map { $0 + "/" + name }.first(where: Self.isProgram)
    }

    /// The folders that a value of `PATH` names, cut at its bytes.
    static func folders(of path: String) -> [String] {
        path.utf8.split(separator: UInt8(ascii: ":")).map { String(Substring($0)) }
    }

    /// Whether a file is there that may be executed.
    package static func isProgram(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG && access(path, X_OK) == 0
    }

    /// Whether a folder, all links followed, is another one or lies in it; `false` where it is not there.
    static func lies(_ folder: String, in workspace: String) -> Bool {
        guard let resolved = realpath(folder, nil) else { return false }
        defer { free(resolved) }
        let real = String(cString: resolved)
        return real == workspace || real.hasPrefix(workspace + "/")
    }
}
