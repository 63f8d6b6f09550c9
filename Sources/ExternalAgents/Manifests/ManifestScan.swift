import Glibc
import JobFile
import Support

/// The manifests of a folder, as they are at one moment.
package struct ManifestScan: Sendable {
    /// One file that is a manifest.
    package struct Found: Sendable, Hashable {
        package var manifest: AgentManifest
        /// The file's path.
        package var file: String
    }

    /// The most manifests of one folder. 1,000.
    package static let fileLimit = 1_000

    /// The valid manifests, by the agent's name.
    package private(set) var manifests: [String: Found] = [:]
    /// The capabilities of their agents.
    package var capabilities: Set<String> {
        manifests.values.reduce(into: []) { $0.formUnion($1.manifest.capabilities) }
    }
    /// The problems of the other files, by file.
    package private(set) var problems: [String: String] = [:]
    /// Empty files: they are probably being written, so their former agents stay.
    package private(set) var emptyFiles: Set<String> = []
    /// Whether the folder exists but cannot be listed, so that nothing is known of its files.
    package private(set) var isUnreadable = false

    /// Reads a folder; one that does not exist has no manifests.
    ///
    /// - Parameter home: the folder that `~` stands for in manifests; `nil` where there is none.
    package init(_ folder: String, home: String?) {
        var names: [String] = []
        do throws(SystemError) {
            names = try Self.names(in: folder).filter(Self.isManifest).sorted()
        } catch {
            isUnreadable = true
            problems[folder] = "\(folder): cannot be listed: \(error.description); agents stay what they were"
        }
        if names.count > Self.fileLimit {
            problems[folder] = "\(folder): \(names.count) manifests; the first \(Self.fileLimit) are read"
            names = Array(names.prefix(Self.fileLimit))
        }
        for name in names {
            let file = folder + "/" + name
            var status = stat()
            guard stat(file, &status) == 0 else {
                // A file that has just been deleted is no problem; a dangling link is one.
                var link = Glibc.stat()
                if lstat(file, &link) == 0, link.st_mode & S_IFMT == S_IFLNK {
                    problems[file] = "\(file): a link that leads nowhere"
                }
                continue
            }
            guard status.st_mode & S_IFMT == S_IFREG else { continue }
            guard status.st_size > 0 else {
                emptyFiles.insert(file)
                continue
            }
            switch AgentManifestReader.read(path: file, home: home) {
            case .failure(let problems): self.problems[file] = problems.description
            case .success(let manifest):
                if let other = manifests[manifest.name] {
                    problems[file] =
                        "\(file): '\(manifest.name)' is the name of the agent in \(other.file) already; this one is left out"
                } else {
                    manifests[manifest.name] = Found(manifest: manifest, file: file)
                }
            }
        }
    }

    /// The names in a folder; none where there is no folder.
    private static func names(in folder: String) throws(SystemError) -> [String] {
        do throws(SystemError) {
            return try Folders.names(in: folder)
        } catch  where error.number == ENOENT || error.number == ENOTDIR {
            return []
        }
    }

    /// Whether a file name is a manifest's; files that editors leave beside one (`.NAME.swp`, `NAME~`) are none.
    private static func isManifest(_ name: String) -> Bool {
        !name.hasPrefix(".") && [".yaml", ".yml", ".json"].contains { name.hasSuffix($0) }
    }
}
