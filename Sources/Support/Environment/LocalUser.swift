import Glibc

/// Users of this machine, as they are named where it is told who did something.
package enum LocalUser {
    /// The user's name and number, such as `alice (uid 1000)`; the number alone where the machine knows no name.
    package static func name(of user: uid_t) -> String {
        var entry = passwd()
        var found: UnsafeMutablePointer<passwd>?
        var buffer = [CChar](repeating: 0, count: 1 << 14)
        let status = getpwuid_r(user, &entry, &buffer, buffer.count, &found)
        guard status == 0, found != nil, let name = entry.pw_name else { return "uid \(user)" }
        return "\(ForeignText.line(String(cString: name))) (uid \(user))"
    }
}
