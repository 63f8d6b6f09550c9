/// Who wrote the code that a program runs.
public enum CodeOrigin: String, Sendable, Hashable, CaseIterable {
    /// A language model, such as tests that a validator had one write: nobody may have read it before it runs.
    case model
    /// A person, such as an agent's own program, or the commands that a job names, whatever patch they are run on.
    case person
}
