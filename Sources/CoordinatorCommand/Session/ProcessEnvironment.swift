import Glibc
import LanguageModels
import Processes

/// The environment of the process.
enum ProcessEnvironment {
    /// The variables, for a command that starts no program.
    static var variables: [String: String] { ProgramVariables.ofThisProcess }

    /// The variables; models' keys and collectors' headers are removed from the process's own environment.
    ///
    /// Every program of the same user, including those that a job starts, can read a process's initial environment in
    /// `/proc`: so the values are overwritten in memory. Call it once, before there are other threads.
    static func takingSecrets() -> [String: String] {
        let variables = ProgramVariables.ofThisProcess
        for name in variables.keys
        where ModelConfiguration.Variable.secrets.contains(name) || name.hasSuffix("_HEADERS") {
            guard let value = getenv(name) else { continue }
            memset(value, 0, strlen(value))
            // unsetenv fails only for a name with an equals sign.
            guard unsetenv(name) == 0 else { continue }
        }
        return variables
    }

    /// Overwrites the values of further variables in memory: those that a job file names as secrets. The variables that were
    /// taken still have them.
    static func hide(_ names: [String]) {
        for name in names {
            guard let value = getenv(name) else { continue }
            memset(value, 0, strlen(value))
        }
    }
}
