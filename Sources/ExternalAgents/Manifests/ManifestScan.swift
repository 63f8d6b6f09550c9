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

    /// Those that can be used, by name.
    package private(set) var manifests: [String: Found] = [:]
    /// What their agents can do.
    package var capabilities: Set<String> {
        manifests.values.reduce(into: []) { $0.formUnion($1.manifest.capabilities) }
    }
    /// What is wrong with others, by file.
    package private(set) var problems: [String: String] = [:]
    /// Files that are there and empty: about to be written, they say nothing yet of the agent they had.
    package private(set) var emptyFiles: Set<String> = []
    /// Whether the folder is there and cannot be listed, so that nothing is known of its files.
    package private(set) var isUnreadable = false

    /// Reads a folder; one that is not there has no manifests.
    package init(_ folder: String) {
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
                // A file that has just gone is no mistake; a link that leads nowhere is one.
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
            switch AgentManifestReader.read(path: file) {
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

    /// What editors leave beside a file (`.NAME.swp`, `NAME~`) is none.
    private static func isManifest(_ name: String) -> Bool {
        !name.hasPrefix(".") && [".yaml", ".yml", ".json"].contains { name.hasSuffix($0) }
    }
}
