import Glibc
import Support

extension JobFolder {
    /// Why a file beside the job file cannot be used, in words.
    struct Fault: Error { let message: String }

    /// The text of a file; `nil` where none is to be read.
    ///
    /// - Parameters:
    ///   - name: the file's path from the folder, which it may not leave, links included.
    ///   - limit: the most bytes that it may have.
    func text(of name: String, atMost limit: Int) throws(Fault) -> String? {
        if let fault = Self.fault(in: name) { throw Fault(message: fault) }
        let folder: String
        switch self {
        case .unread: return nil
        case .none:
            throw Fault(
                message:
                    "'\(name)' is a file, and this job file came without one: it was sent, and lies in no folder; write "
                    + "what the file holds")
        case .path(let path): folder = path
        }
        let path = "\(folder)/\(name)"
        guard let root = Self.real(folder), let file = Self.real(path) else {
            throw Fault(message: "there is no file '\(name)' in the folder of the job file")
        }
        guard root == "/" || file.utf8.starts(with: (root + "/").utf8) else {
            throw Fault(message: "'\(name)' leads out of the folder of the job file")
        }
        guard let bytes = FileBytes.ofRegularFile(file, limit: limit) else {
            throw Fault(
                message: "'\(name)' is no file that can be read, or has more than \(ByteNotation.text(limit))")
        }
        guard let text = String(validating: bytes, as: UTF8.self), !text.utf8.contains(0) else {
            throw Fault(message: "'\(name)' is no text in UTF-8")
        }
        guard !text.allSatisfy(\.isWhitespace) else { throw Fault(message: "'\(name)' is empty") }
        return text
    }

    /// What is wrong with the path of a file; `nil` for one that is right.
    private static func fault(in name: String) -> String? {
        if name.isAbsolutePath || name.utf8.first == UInt8(ascii: "~") || name.pathSegments.contains("..") {
            return "'\(name)' leaves the folder of the job file; name a file in it"
        }
        if name.utf8.contains(where: { $0 < 0x20 || $0 == 0x7F }) {
            return "the name of a file holds no control characters"
        }
        return nil
    }

    private static func real(_ path: String) -> String? {
        guard let real = realpath(path, nil) else { return nil }
        defer { free(real) }
        return String(cString: real)
    }
}
