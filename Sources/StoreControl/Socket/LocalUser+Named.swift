import Glibc
import Support

extension LocalUser {
    /// How a user is named where it is told who did something, such as `ann (uid 1000)`.
    static func description(of number: uid_t) -> String {
        name(of: number).map { "\($0) (uid \(number))" } ?? "uid \(number)"
    }
}
