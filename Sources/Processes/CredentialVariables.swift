import Glibc

/// Environment variables that hold credentials by custom, which programs run for a job do not inherit.
///
/// Such a program may have been written by a model or named by a repository, and neither needs the keys of this
/// process.
package enum CredentialVariables {
    /// Words that mark a variable's name, between underscores or at its ends.
    private static let words: Set<String> = [
        "KEY", "APIKEY", "TOKEN", "SECRET", "SECRETS", "PASSWORD", "PASSWD", "PASSPHRASE", "CREDENTIAL", "CREDENTIALS",
        "AUTH", "HEADERS", "COOKIE", "PAT",
    ]

    /// Whether a variable of this name is taken to hold a credential.
    package static func holds(_ name: String) -> Bool {
        name.uppercased().split(separator: "_").contains { words.contains(String($0)) }
    }

    /// A `nil` for each such variable of this process, which removes the variable from a child's environment.
    package static var removed: [String: String?] {
        var removed: [String: String?] = [:]
        var entry = environ
        while let text = entry.pointee {
            let name = String(cString: text).prefix { $0 != "=" }
            if holds(String(name)) { removed.updateValue(nil, forKey: String(name)) }
            entry += 1
        }
        return removed
    }
}
