/// Why metrics could not be added to a file. The file is unchanged.
public struct MetricsFileError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The kinds of failure; more may come.
    public struct Code: Sendable, Hashable, CustomStringConvertible {
        /// The code's name.
        public let description: String

        /// The file holds something that this package did not write.
        public static let notUnderstood = Code(description: "not_understood")
        /// Another process holds the lock for too long.
        public static let locked = Code(description: "locked")
        /// The file, or its folder, cannot be read or written.
        public static let inaccessible = Code(description: "inaccessible")
        /// The file is larger than the limit.
        public static let tooLarge = Code(description: "too_large")
    }

    /// The kind of failure.
    public let code: Code
    /// The file.
    public let path: String
    /// What happened and what to do.
    public let message: String

    init(_ code: Code, path: String, _ message: String) {
        self.code = code
        self.path = path
        self.message = message
    }

    /// `metrics file PATH: MESSAGE`
    public var description: String { "metrics file \(path): \(message)" }

    /// Errors are equal when their codes and files are.
    public static func == (left: Self, right: Self) -> Bool { left.code == right.code && left.path == right.path }
}
