import Glibc
import Support

/// A run's folder, or a file in it, that could not be written.
public struct OutFolderError: Error, Sendable, CustomStringConvertible {
    /// The kind of problem; later versions may add kinds.
    public enum Code: Sendable {
        /// The folder could not be made, opened or entered.
        case unusableFolder
        /// Another run is writing into the folder now.
        case inUse
        /// A path that must be a folder is something else, such as a symbolic link.
        case unsafePath
        /// A file could not be written.
        case writeFailed
        /// The folder was moved, removed or replaced by something else while the job ran.
        case displaced
    }

    /// The kind of problem.
    public let code: Code
    /// The file or folder concerned.
    public let path: String
    /// The system's error number; 0 if the system was not asked.
    public let systemError: Int32
    /// What was being done, and what to do next.
    public let message: String

    init(_ code: Code, _ path: String, systemError: Int32 = 0, _ message: String) {
        self.code = code
        self.path = path
        self.systemError = systemError
        self.message = message
    }

    public var description: String { message }

    /// The error of a failed system call; its advice follows from the error number.
    static func system(_ code: Code, _ action: String, _ path: String, _ number: Int32) -> OutFolderError {
        let reason = String(cString: strerror(number))
        let advice =
            switch number {
            case EACCES, EPERM: "check who may write there, or name another folder with --out"
            case EROFS: "the file system is read-only; name another folder with --out"
            case ENOSPC, EDQUOT: "the disk is full; free some space, or name another folder with --out"
            case EFBIG: "it is larger than a file of this process may be; raise the limit (ulimit -f)"
            case ENOENT: "the folder around it is not there, or takes no folders; name another with --out"
            case ENOTDIR, EEXIST: "move what stands in the way, or choose another --out"
            case ELOOP: "a symbolic link stands in the way; remove it, or choose another --out"
            case EISDIR, ENOTEMPTY: "a folder stands where a file belongs; move it, or choose another --out"
            case ENAMETOOLONG: "the name is too long; choose a shorter --out"
            default: "choose another folder with --out if this persists"
            }
        return OutFolderError(
            code, path, systemError: number, "cannot \(action) '\(ForeignText.line(path))': \(reason); \(advice)")
    }
}
