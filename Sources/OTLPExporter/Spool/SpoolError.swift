import Glibc

/// Why a folder or a file of the spool cannot be used. Errors are equal when their codes are.
struct SpoolError: Error, Hashable, CustomStringConvertible {
    /// The kind of error; more may be added.
    struct Code: Hashable, Sendable, RawRepresentable {
        let rawValue: String
        static let create = Code(rawValue: "cannot be made")
        static let lock = Code(rawValue: "cannot be locked")
        static let read = Code(rawValue: "cannot be read")
        static let damaged = Code(rawValue: "is no segment of a spool")
        static let memory = Code(rawValue: "no memory")
    }

    let code: Code
    /// The file, folder or other thing that the error is about.
    let subject: String
    /// The system's reason, 0 for none.
    let systemCode: Int32

    init(_ code: Code, _ subject: String, _ systemCode: Int32) {
        self.code = code
        self.subject = subject
        self.systemCode = systemCode
    }

    var description: String {
        let reason = systemCode == 0 ? "" : ": \(String(cString: strerror(systemCode)))"
        return "\(subject) \(code.rawValue)\(reason)\(advice)"
    }

    private var advice: String {
        switch systemCode {
        case ENOSPC, EDQUOT: "; free some room there"
        case EACCES, EPERM, EROFS: "; set COORDINATOR_SPOOL_DIR to a folder that can be written"
        case ENOTDIR, EEXIST: "; set COORDINATOR_SPOOL_DIR to a folder"
        default: ""
        }
    }

    static func == (left: Self, right: Self) -> Bool { left.code == right.code }
    func hash(into hasher: inout Hasher) { hasher.combine(code) }
}
