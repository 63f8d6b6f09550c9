import TelemetryCatalog

extension AgentResult {
    /// Whether it has not ended: it goes on when its job, which was given up, is resumed.
    package func isOpen(in status: JobStatus) -> Bool { !status.hasEnded && errorType == ErrorType.interrupted }
}
