import FoundationEssentials
import Glibc
import JobFile

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
    /// What is wrong with others, by file.
    package private(set) var problems: [String: String] = [:]
    /// Files that are there; empty ones are about to be written.
    package private(set) var files: Set<String> = []

    /// Reads a folder; one that is not there has no manifests.
    package init(_ folder: String) {
        var names = ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).filter(Self.isManifest)
            .sorted()
        if names.count > Self.fileLimit {
            problems[folder] = "\(folder): \(names.count) manifests; the first \(Self.fileLimit) are read"
            names = Array(names.prefix(Self.fileLimit))
        }
        for name in names {
            let file = folder + "/" + name
            var status = stat()
            guard stat(file, &status) == 0, status.st_mode & S_IFMT == S_IFREG, status.st_size > 0 else { continue }
            files.insert(file)
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

    /// What editors leave beside a file (`.NAME.swp`, `NAME~`) is none.
    private static func isManifest(_ name: String) -> Bool {
        !name.hasPrefix(".") && [".yaml", ".yml", ".json"].contains { name.hasSuffix($0) }
    }
}
