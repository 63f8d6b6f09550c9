import Glibc
import Support

/// Whose a file is and who may read it: what must not change when its text does.
struct FileIdentity: Equatable {
    /// The mode of a new file, whatever the umask: another user's program reads it.
    static let mode: mode_t = 0o644

    private let mode: mode_t
    private let user: uid_t
    private let group: gid_t

    init(_ status: stat) {
        mode = status.st_mode & 0o777
        (user, group) = (status.st_uid, status.st_gid)
    }

    /// Gives a file that this process has made the identity, or the mode of a new file.
    ///
    /// - Returns: what could not be given, in words that follow the file's name.
    static func give(_ identity: FileIdentity?, to file: Int32) throws(SystemError) -> String? {
        var note: String?
        if let identity {
            var made = stat()
            guard fstat(file, &made) == 0 else { throw SystemError(errno) }
            note = give(identity, FileIdentity(made), to: file)
        }
        // After the owner: a change of owner may take rights away.
        guard fchmod(file, identity?.mode ?? mode) == 0 else { throw SystemError(errno) }
        return note
    }

    private static func give(_ identity: FileIdentity, _ own: FileIdentity, to file: Int32) -> String? {
        guard (own.user, own.group) != (identity.user, identity.group) else { return nil }
        if fchown(file, identity.user, identity.group) == 0 { return nil }
        let reason = SystemError(errno)
        // A user may give files to the groups that he is in.
        let unchanged = uid_t.max
        let keepsGroup = fchown(file, unchanged, identity.group) == 0
        return "belonged to user \(identity.user) and group \(identity.group), and now belongs to user \(own.user) and "
            + "group \(keepsGroup ? identity.group : own.group) (\(reason)); "
            + "see to it that its readers still can read it"
    }
}
