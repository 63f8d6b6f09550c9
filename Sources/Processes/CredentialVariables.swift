import Glibc

/// Environment variables that hold credentials by custom, which programs run for a job do not inherit.
///
/// What is run may have been written by a model, or be what a repository says; neither needs to know our keys.
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

    /// For each such variable of this process a `nil`: what takes it out of a child's environment.
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
