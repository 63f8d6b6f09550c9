import Glibc

/// The environment of the programs that are started: a list of what may pass, since nobody can list what may not.
///
/// Keys, tokens and addresses with passwords have any name, and a program may have been written by a model or named by a
/// repository. So every program gets the same harmless variables, and what is asked for by name.
package enum ProgramVariables {
    /// The variables that every program gets where they are set, beside all that begin with ``prefix``.
    package static let names = [
        "PATH", "HOME", "LANG", "LANGUAGE", "TZ", "TMPDIR", "USER", "LOGNAME", "SHELL", "TERM", "SSL_CERT_FILE",
        "SSL_CERT_DIR",
    ]
    /// The beginning of the names of a locale's parts.
    package static let prefix = "LC_"

    /// The variables among these that a program gets.
    /// - Parameter further: names of variables that it gets beside ``names``.
    package static func passed(from all: [String: String], and further: [String] = []) -> [String: String] {
        let names = Set(names).union(further)
        return all.filter { names.contains($0.key) || $0.key.hasPrefix(prefix) }
    }

    /// The variables of this process that a program gets.
    package static var passed: [String: String] { passed(from: ofThisProcess) }

    /// All variables of this process.
    package static var ofThisProcess: [String: String] {
        var variables: [String: String] = [:]
        var entry = environ
        while let text = entry.pointee {
            let parts = String(cString: text).split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            if parts.count == 2 { variables[String(parts[0])] = String(parts[1]) }
            entry += 1
        }
        return variables
    }
}
