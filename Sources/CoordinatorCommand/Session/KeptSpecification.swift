import Coordinator
import JobFile

/// The job file of a job that a store keeps, as it was read when the job was submitted.
enum KeptSpecification {
    /// - Throws: a ``StoreCommandError`` for a job that was made without a file, or whose file names what is not there any
    ///   more.
    static func of(_ history: JobHistory, _ options: JobFileReader.Options) throws -> JobSpecification {
        guard let document = history.submission.specification, let text = try? document.json() else {
            throw StoreCommandError(
                "it was made in code and not of a job file; the program that made it takes it up, with Job(resuming:in:)"
            )
        }
        // The file was accepted once: written as JSON, with its aliases expanded, it may be longer than a file may be.
        var options = options
        options.limits.bytes = max(options.limits.bytes, text.utf8.count)
        switch JobFileReader.read(text, file: "the kept job file", options: options) {
        case .success(let spec):
            ProcessEnvironment.hide(spec.secretVariables)
            return spec
        case .failure(let problems): throw StoreCommandError("\(problems)")
        }
    }
}
