/// Who wrote the code that a program runs.
public enum CodeOrigin: String, Sendable, Hashable, CaseIterable {
    /// A language model, such as tests that a drafter wrote: nobody may have read it before it runs.
    case model
    /// A person, such as the test suite of a repository, or an agent's own program.
    case person
}
