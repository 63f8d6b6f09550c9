/// Where the files are that a job file names beside itself: instructions and schemas.
public enum JobFolder: Sendable, Hashable {
    /// Nobody asks for what they hold: they are not read, and nothing is said of one that is not there.
    case unread
    /// There are none: the job file was sent, and came from no folder.
    case none
    /// The folder that the job file lies in.
    case path(String)

    /// The folder of a job file.
    ///
    /// - Parameter file: the job file's path; `-` for standard input, whose files are those of the current folder.
    public static func of(_ file: String) -> JobFolder {
        guard file != "-", let slash = file.utf8.lastIndex(of: UInt8(ascii: "/")) else { return .path(".") }
        return .path(slash == file.startIndex ? "/" : String(file[..<slash]))
    }
}
