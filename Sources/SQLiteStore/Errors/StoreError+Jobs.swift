// What is wrong with one job.

extension StoreError {
    /// - Parameters:
    ///   - jobID: the job.
    ///   - sequence: the first event that is not as it was written; 0 for what stands beside the events.
    ///   - reason: what is wrong, as a part of a sentence.
    static func broken(_ jobID: String, _ sequence: Int, _ reason: String) -> StoreError {
        let place = sequence == 0 ? "" : "event \(sequence) of "
        return StoreError(
            .broken,
            "\(place)job '\(jobID)' is not what was written: \(reason); nothing of the job is trusted any more. `verify` "
                + "says what is broken first; go back to a backup, or begin the job anew under another id", job: jobID,
            sequence: sequence)
    }
}
