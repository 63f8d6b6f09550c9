import Support

/// A tool that comes with the program.
package enum BuiltInTool: Sendable, Hashable {
    /// Lists files and reads ranges of their lines.
    case files
    /// Searches texts and symbols.
    case search
    /// Reads the blackboard.
    case context
    /// Edits pieces of files, which are collected into a patch.
    case edit
    /// Runs one of these programs, confined, in a copy with the edits so far. Each is the beginning of an argument list.
    case shell(commands: [[String]], sandbox: SandboxPolicy)
}
