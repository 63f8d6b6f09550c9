import Glibc
import LanguageModels

/// The environment of the process.
enum ProcessEnvironment {
    /// The variables, with the keys of models and the headers of collectors taken out of the process.
    ///
    /// What was given to a process at its start can be read in `/proc` by every program of the same user, those that we
    /// start for a job too, whatever environment they get: so the values are overwritten where they stand. Call it once,
    /// before there are other threads.
    static func takingSecrets() -> [String: String] {
        let variables = current
        for name in variables.keys
        where ModelConfiguration.Variable.secrets.contains(name) || name.hasSuffix("_HEADERS") {
            guard let value = getenv(name) else { continue }
            memset(value, 0, strlen(value))
            // It fails for a name with an equals sign only.
            guard unsetenv(name) == 0 else { continue }
        }
        return variables
    }

    static var current: [String: String] {
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
