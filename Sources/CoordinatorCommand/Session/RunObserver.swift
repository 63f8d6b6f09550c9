import Coordinator
import Glibc
import JobReport

/// The tasks that observe a run: the event log, and the clock of the progress display.
enum RunObserver {
    /// Writes every event; a full disk is reported once, and does not end the job.
    ///
    /// - Returns: whether every event was written.
    static func write(_ events: JobEvents, to log: EventLog) async -> Bool {
        do {
            for try await event in events { try log.append(event) }
            try log.close()
            return true
        } catch {
            Console.error("warning: \(error); events.jsonl ends here")
            return false
        }
    }

    /// The current time, four times a second, until the consumer stops.
    static var ticks: AsyncStream<Timestamp> {
        AsyncStream(unfolding: {
            guard (try? await Task.sleep(for: .milliseconds(250))) != nil else { return nil }
            return Timestamp.now
        })
    }
}
