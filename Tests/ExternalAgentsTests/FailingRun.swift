import Coordinator
import Testing

/// What makes an agent's run fail, and how the run then ends.
struct FailingRun<Cause: Sendable>: Sendable, CustomTestStringConvertible {
    let cause: Cause
    let errorType: String
    /// What the error's text contains.
    let words: String
    var attempts = 1
    var testDescription: String { words }

    func expect(_ agent: AgentResult) {
        #expect(agent.outcome == .failed && agent.errorType == errorType, "\(agent.errorType ?? "")")
        #expect(agent.error?.contains(words) == true, "\(agent.error ?? "")")
        #expect(agent.attempts.count == attempts)
    }
}
