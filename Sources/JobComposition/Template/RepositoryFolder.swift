import Glibc
import Support

/// The files at the top of a repository, read for what they say about its tests.
struct RepositoryFolder: Sendable {
    /// The largest file that is read, in bytes. 1 MiB.
    static let largestFile = 1 << 20
    /// The most files of a folder that are looked at. 1,000.
    static let mostFiles = 1_000

    let path: String

    /// The text of a regular file; `nil` when it is not there, too large or no UTF-8.
    func text(_ name: String) -> String? {
        FileBytes.ofRegularFile(path + "/" + name, limit: Self.largestFile)
            .flatMap { String(validating: $0, as: UTF8.self) }
    }

    func has(_ name: String) -> Bool { access(path + "/" + name, F_OK) == 0 }

    /// The first of some names that is there.
    func first(of names: [String]) -> String? { names.first(where: has) }

    /// The names in a folder, sorted; none when it cannot be listed.
    func names(in folder: String) -> [String] {
        Array(((try? Folders.names(in: path + "/" + folder)) ?? []).sorted().prefix(Self.mostFiles))
    }
}
