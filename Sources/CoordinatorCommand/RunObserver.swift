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

/// The environment of the process.
enum ProcessEnvironment {
    static var current: [String: String] {
        var variables: [String: String] = [:]
        var entry = environ
        while let text = entry.pointee {
            let parts = String(cString: text).split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            if parts.count == 2 { variables[String(parts[0])] = String(parts[1]) }
            entry += 1
        }
        return variables
    }
}

/// Ids of jobs: readable, sortable, unique.
enum JobIdentifier {
    /// Such as `review-20260131-090500-3f9c`.
    static func make(workflow: String) -> String {
        let name = String(workflow.map { $0.isASCII && ($0.isLetter || $0.isNumber) ? $0 : "-" }.prefix(40))
        let digits = Timestamp.now.description.prefix(19).filter { $0.isNumber }
        let random = String(UInt16.random(in: .min ... .max), radix: 16)
        let suffix = String(repeating: "0", count: 4 - random.count) + random
        return "\(name)-\(digits.prefix(8))-\(digits.suffix(6))-\(suffix)"
    }
}
