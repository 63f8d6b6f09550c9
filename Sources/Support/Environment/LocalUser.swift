import Glibc

/// The user whose process this is, by what the system says: never by a variable, which anybody may set.
package enum LocalUser {
    /// The user's name and number, such as `ann (uid 1000)`; the number alone where the system knows no name.
    package static var description: String { description(of: getuid()) }

    /// The same of any user.
    package static func description(of number: uid_t) -> String {
        name(of: number).map { "\($0) (uid \(number))" } ?? "uid \(number)"
    }

    /// The name of a user; `nil` where the system knows none.
    package static func name(of number: uid_t) -> String? {
        var entry = passwd()
        var found: UnsafeMutablePointer<passwd>?
        var buffer = [CChar](repeating: 0, count: 16 << 10)
        let name: String? = buffer.withUnsafeMutableBufferPointer { buffer in
            guard let start = buffer.baseAddress,
                getpwuid_r(number, &entry, start, buffer.count, &found) == 0, found != nil, let name = entry.pw_name
            else { return nil }
            return String(cString: name)
        }
        return name.flatMap { $0.isEmpty ? nil : ForeignText.line($0) }
    }
}
