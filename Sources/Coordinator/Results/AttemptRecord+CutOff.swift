import TelemetryCatalog

extension AttemptRecord {
    /// Whether its process ended while it ran.
    var hasCrashed: Bool { errorType == ErrorType.processCrash }
    /// Whether it ended without a fault of its agent: its process ended, or gave the job up.
    var wasCutOff: Bool { hasCrashed || errorType == ErrorType.interrupted }
}
