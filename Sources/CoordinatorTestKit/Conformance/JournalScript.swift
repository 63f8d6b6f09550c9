import Coordinator

/// Events with values of every kind and odd names, and one of a kind that nobody knows.
enum JournalScript {
    private static let values: [JSONValue] = [
        nil, true, .integer(.min), .integer(.max), .number(0.1), .number(-1e300), "", "é\u{0}\u{1F600}\n\"\\", [],
        [1, [2, [3]]], [:], ["a.b": ["c[d]": nil]],
    ]

    /// The end of a job.
    static func end(of job: String, _ number: Int) throws -> JobEvent {
        let json: JSONValue = [
            "schema_version": 2, "seq": .integer(Int64(number)), "at": "2031-01-01T00:00:00.000000001Z",
            "job_id": .string(job), "version": .integer(Int64(number)), "type": "job_finished",
            "payload": ["status": "succeeded", "duration_ms": 1],
        ]
        return try json.decoded()
    }

    static func events(of job: String, _ numbers: ClosedRange<Int>) throws -> [JobEvent] {
        try numbers.map { number in
            let value = values[number % values.count]
            let contribution = Contribution(
                set: [ContextPath(segments: ["artifacts", "Sources/\(number).swift \"odd\""]): value],
                append: ["decisions": [value]], usage: .init(inputTokens: number, outputTokens: 1, costUSD: 0.5))
            let isKnown = !number.isMultiple(of: 5)
            let json: JSONValue = [
                "schema_version": 2, "seq": .integer(Int64(number)), "at": "2031-01-01T00:00:00.000000001Z",
                "job_id": .string(job), "version": .integer(Int64(number)), "agent": "odd \"name\"", "attempt": 1,
                "type": isKnown ? "context_committed" : "of_a_later_version",
                "payload": isKnown
                    ? ["contribution": try JSONValue(encoding: contribution), "stage": 0, "registration": 1] : value,
            ]
            return try json.decoded()
        }
    }
}
