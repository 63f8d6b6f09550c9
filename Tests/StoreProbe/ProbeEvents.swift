import Coordinator

/// Events as jobs have them, for tests that count bytes and not meaning.
package enum ProbeEvents {
    /// Commits with these numbers.
    ///
    /// - Parameters:
    ///   - job: the job.
    ///   - numbers: those of the events.
    ///   - text: what each commit writes.
    package static func commits(of job: String, _ numbers: ClosedRange<Int>, text: String = "x") throws -> [JobEvent] {
        try numbers.map { number in
            let contribution = Contribution(
                set: [ContextPath(segments: ["artifacts", "\(number)"]): .string(text)])
            return try event(
                job, number, "context_committed",
                ["contribution": JSONValue(encoding: contribution), "stage": 0, "registration": 1])
        }
    }

    /// The end of a job.
    package static func end(of job: String, _ number: Int) throws -> JobEvent {
        try event(job, number, "job_finished", ["status": "succeeded", "duration_ms": 1])
    }

    /// Any event.
    package static func event(
        _ job: String, _ number: Int, _ type: String, _ payload: JSONValue, second: Int = 0, agent: String? = "writer"
    ) throws -> JobEvent {
        let digits = second < 10 ? "0\(second)" : "\(second)"
        var json: JSONObject = [
            "schema_version": 2, "seq": .integer(Int64(number)), "at": .string("2031-01-01T00:00:\(digits)Z"),
            "job_id": .string(job), "version": .integer(Int64(number)), "type": .string(type), "payload": payload,
        ]
        if let agent { json["agent"] = .string(agent) }
        return try JSONValue.object(json).decoded()
    }
}
