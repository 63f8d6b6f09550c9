import Support

/// A file or folder that cannot be used. Errors are equal when their codes are.
package struct PathError<Code: PathErrorCode>: CodedError {
    /// What is wrong.
    package let code: Code
    /// The file or folder.
    package let path: String
    /// The reason in the system's or git's own words; empty where the code says it all.
    package var cause = ""

    package var description: String { code.message(path: path, cause: cause) }
}

extension PathError {
    init(code: Code, path: String, errno number: Int32) {
        self.init(code: code, path: path, cause: SystemError(number).description)
    }
}

/// What can be wrong with a file or folder; more codes may come.
package protocol PathErrorCode: Hashable, Sendable {
    /// What happened and what to do, in a sentence or two.
    func message(path: String, cause: String) -> String
}
