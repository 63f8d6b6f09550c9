import Coordinator

extension StoreError {
    /// What is said of a job whose events were removed.
    static func purged(_ row: JobRow) -> StoreError {
        let time = row.purgedAt.map { Timestamp(nanosecondsSinceEpoch: UInt64(bitPattern: $0)) }
        let at = time?.description ?? "some time"
        return StoreError(
            .purged,
            "the events of job '\(row.jobID)' were removed at \(at) by \(row.purgedBy ?? "somebody"); what is still "
                + "known of it is in the list of jobs", job: row.jobID)
    }
}
