import Coordinator
import Glibc
import JobReport

/// What watches a run from beside.
enum RunObserver {
    /// Writes every event; a full disk is said once, and does not end the job.
    static func write(_ events: JobEvents, to log: EventLog) async {
        do {
            for try await event in events { try log.append(event) }
            try log.close()
        } catch {
            Console.error("warning: \(error); events.jsonl ends here")
        }
    }

    /// The time, four times a second, until the reader stops.
    static var ticks: AsyncStream<Timestamp> {
        AsyncStream(unfolding: {
            guard (try? await Task.sleep(for: .milliseconds(250))) != nil else { return nil }
            return Timestamp.now
        })
    }
}
