import Coordinator
import Foundation
import JobReport

/// A folder of its own for one test, removed with its last reference.
final class TemporaryFolder: Sendable {
    let path: String

    init() throws {
        let place = FileManager.default.temporaryDirectory.appendingPathComponent("job-report-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
        path = place.path
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func place(_ name: String) -> String { "\(path)/\(name)" }
    func read(_ name: String) throws -> String { try String(contentsOfFile: place(name), encoding: .utf8) }
    func exists(_ name: String) -> Bool { FileManager.default.fileExists(atPath: place(name)) }

    func write(_ text: String, to name: String) throws {
        let folder = (place(name) as NSString).deletingLastPathComponent
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        try text.write(toFile: place(name), atomically: false, encoding: .utf8)
    }

    func link(_ name: String, to target: String) throws {
        try FileManager.default.createSymbolicLink(atPath: place(name), withDestinationPath: target)
    }

    /// Every file below, hidden ones too, relative and sorted.
    var files: [String] {
        let all = FileManager.default.enumerator(atPath: path)?.compactMap { $0 as? String } ?? []
        return all.filter {
            var isFolder: ObjCBool = false
            return FileManager.default.fileExists(atPath: place($0), isDirectory: &isFolder) && !isFolder.boolValue
        }.sorted()
    }
}

/// The page for a result, by the public way.
func page(of result: JobResult) throws -> String {
    let folder = try TemporaryFolder()
    let out = try OutFolder(path: folder.path)
    try out.write(result, context: ContextDocument(JobContext(id: result.jobID)), metrics: "")
    return try folder.read("report.html")
}
