import Foundation

/// A folder of its own for one test, removed with its last reference.
package final class TemporaryFolder: Sendable {
    package let url: URL
    package var path: String { url.path }

    package init() throws {
        url = FileManager.default.temporaryDirectory.resolvingSymlinksInPath()
            .appending(path: "coordinator-test-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(at: url) }

    /// Where a file below it is, or would be.
    package func file(_ name: String) -> URL { url.appending(path: name) }
}

extension TemporaryFolder {
    package func read(_ name: String) throws -> String { try String(contentsOf: file(name), encoding: .utf8) }
    package func exists(_ name: String) -> Bool { FileManager.default.fileExists(atPath: file(name).path) }

    /// Writes a file, and makes the folders on the way to it.
    package func write(_ text: String, to name: String) throws {
        try FileManager.default.createDirectory(
            at: file(name).deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(text.utf8).write(to: file(name))
    }

    /// Makes a symbolic link.
    package func link(_ name: String, to target: String) throws {
        try FileManager.default.createSymbolicLink(atPath: file(name).path, withDestinationPath: target)
    }

    /// Every file below, hidden ones too, relative and sorted.
    package var files: [String] {
        let all = FileManager.default.enumerator(atPath: path)?.compactMap { $0 as? String } ?? []
        return all.filter {
            var isFolder: ObjCBool = false
            return FileManager.default.fileExists(atPath: file($0).path, isDirectory: &isFolder)
                && !isFolder.boolValue
        }.sorted()
    }
}
