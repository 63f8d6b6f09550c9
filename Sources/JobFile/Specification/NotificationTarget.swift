/// Where people are told of what a job waits for, and of its end.
public enum NotificationTarget: Sendable, Hashable {
    /// A program that gets the notice as JSON on standard input, with the names of variables that it gets beside `PATH`,
    /// `HOME` and the like; never handed to a shell.
    case command([String], variables: [String])
    /// A service that gets the notice as JSON by POST, and the name of the variable that holds the key by which it is
    /// signed; `nil` for none.
    case http(url: String, keyVariable: String?)

    /// The variable that holds the key of a service.
    package var keyVariable: String? {
        if case .http(_, let variable) = self { variable } else { nil }
    }

    /// The most targets of a job.
    public static let most = 10
}
