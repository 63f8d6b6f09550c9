import Support

/// What became of a run's files: which were written, and which were not.
public struct WrittenFiles: Sendable {
    /// The paths written, relative to the folder, in the order in which they appeared.
    public internal(set) var paths: [String] = []
    /// Why the others were not written, one error a file.
    public internal(set) var failures: [OutFolderError] = []

    /// Whether every file was written.
    public var isComplete: Bool { failures.isEmpty }
    /// Whether `result.json` was written, which holds what the other files show.
    public var hasResult: Bool { paths.contains(RunFolder.result) }

    /// Makes and writes one file.
    mutating func write(_ name: String, in directory: Directory, _ bytes: () throws -> [UInt8]) {
        attempt(name, in: directory) { try directory.write(bytes(), to: name) }
    }

    /// Makes and writes one file, to be put in place later; `nil` if that failed.
    mutating func staging(_ name: String, in directory: Directory, _ bytes: () throws -> [UInt8]) -> StagedFile? {
        var staged: StagedFile?
        check(name, in: directory) { staged = try directory.stage(bytes(), for: name) }
        return staged
    }

    /// Does what writes a file, and notes how it went.
    mutating func attempt(_ name: String, in directory: Directory, _ body: () throws -> Void) {
        if check(name, in: directory, body) { paths.append(name) }
    }

    /// Does a part of the work for a file, and notes a failure.
    @discardableResult
    mutating func check(_ name: String, in directory: Directory, _ body: () throws -> Void) -> Bool {
        do {
            try body()
            return true
        } catch let error as OutFolderError {
            failures.append(error)
        } catch {
            let path = "\(directory.path)/\(name)"
            failures.append(OutFolderError(.writeFailed, path, "cannot write '\(path)': \(error)"))
        }
        return false
    }
}
