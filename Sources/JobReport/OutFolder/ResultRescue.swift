import Coordinator
import Glibc

/// A place for the result of a job whose out folder cannot be written: what was paid for is not thrown away.
public enum ResultRescue {
    /// Writes the result into a new file that only its owner can read.
    ///
    /// - Parameter folder: where to write, such as the folder for temporary files.
    /// - Returns: the file's path.
    /// - Throws: ``OutFolderError`` when it cannot be written there either; nothing is left behind then.
    public static func write(_ result: JobResult, into folder: String) throws -> String {
        let suffix = ".json"
        var path = Array("\(folder)/coordinator-result-XXXXXX\(suffix)".utf8CString)
        let descriptor = mkstemps(&path, Int32(suffix.utf8.count))
        let name = String(decoding: path.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        guard descriptor >= 0 else { throw OutFolderError.system(.writeFailed, "create", name, errno) }
        let file = OutputFile(descriptor: descriptor, path: name)
        do {
            try file.write(Array(try ReportJSON.text(of: result).utf8) + [UInt8(ascii: "\n")])
            try file.synchronize()
        } catch {
            _ = unlink(path)  // the first failure is the one to report
            throw error
        }
        return name
    }
}
