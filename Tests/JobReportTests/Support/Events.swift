import Coordinator
import Synchronization

/// A job's events written by hand, numbered and timed.
struct EventScript {
    private(set) var events: [JobEvent] = []

    /// Adds an event this many milliseconds after the start.
    mutating func add(
        _ milliseconds: Double, _ type: String, _ payload: JSONValue, agent: String? = nil, attempt: Int? = nil,
        round: Int? = nil, item: Int? = nil
    ) throws {
        var event: JSONObject = [
            "schema_version": 1, "seq": .integer(Int64(events.count + 1)),
            "at": .string(Results.at(milliseconds).description),
            "job_id": "job-1", "version": 0, "type": .string(type), "payload": payload,
        ]
        event["agent"] = agent.map { .string($0) }
        event["attempt"] = attempt.map { .integer(Int64($0)) }
        event["round"] = round.map { .integer(Int64($0)) }
        event["item"] = item.map { .integer(Int64($0)) }
        events.append(try JSONValue.object(event).decoded())
    }

    mutating func start(
        _ agents: [String], workflow: String = "review", repeats: [(name: String, agents: [String], most: Int)] = []
    ) throws {
        let registered = agents.map { name -> JSONValue in
            ["name": .string(name), "role": "any", "needs": [], "stage": 0, "required": true]
        }
        var payload: JSONObject = ["workflow": .string(workflow), "agents": .array(registered), "context": [:]]
        payload["repeats"] = .array(
            repeats.map { loop in
                [
                    "name": .string(loop.name), "agents": .array(loop.agents.map { .string($0) }),
                    "at_most": .integer(Int64(loop.most)),
                ]
            })
        try add(0, "job_started", .object(payload))
    }

    mutating func attempt(
        _ milliseconds: Double, _ agent: String, _ number: Int, round: Int? = nil, item: Int? = nil
    ) throws {
        try add(
            milliseconds, "attempt_started", ["backoff_ms": 0, "idempotency_key": "k"], agent: agent, attempt: number,
            round: round, item: item)
    }

    mutating func finishItem(
        _ milliseconds: Double, _ agent: String, _ item: Int, _ outcome: AgentOutcome, error: String? = nil
    ) throws {
        var payload: JSONObject = ["outcome": .string(outcome.rawValue), "duration_ms": 5, "queue_ms": 0]
        payload["error"] = error.map { .string($0) }
        try add(milliseconds, "item_finished", .object(payload), agent: agent, item: item)
    }

    mutating func finish(
        _ milliseconds: Double, _ agent: String, _ outcome: AgentOutcome, for durationMS: Double, error: String? = nil,
        round: Int? = nil
    ) throws {
        var payload: JSONObject = [
            "outcome": .string(outcome.rawValue), "duration_ms": .number(durationMS), "queue_ms": 0,
        ]
        payload["error"] = error.map { .string($0) }
        try add(milliseconds, "agent_finished", .object(payload), agent: agent, round: round)
    }

    mutating func end(_ milliseconds: Double, _ status: JobStatus) throws {
        try add(
            milliseconds, "job_finished", ["status": .string(status.rawValue), "duration_ms": .number(milliseconds)])
    }

    /// Three agents: one succeeds, one retries and times out, one is skipped.
    static func typical() throws -> [JobEvent] {
        var script = EventScript()
        try script.start(["collector", "drafter", "validator"])
        try script.attempt(2, "collector", 1)
        try script.attempt(3, "drafter", 1)
        try script.add(400, "progress", ["message": "read 14 files"], agent: "collector", attempt: 1)
        try script.add(
            500, "attempt_finished",
            [
                "number": 1, "outcome": "failed", "error_type": "rate_limited", "error": "429", "abandoned": false,
                "started_at": .string(Results.at(3).description), "duration_ms": 497, "backoff_ms": 0,
            ], agent: "drafter", attempt: 1)
        try script.add(
            500, "retry_scheduled", ["delay_ms": 500, "error_type": "rate_limited"], agent: "drafter", attempt: 1)
        try script.finish(640, "collector", .succeeded, for: 638)
        try script.attempt(1000, "drafter", 2)
        try script.finish(9000, "drafter", .timeout, for: 8997, error: "no result within 8 s")
        try script.finish(9001, "validator", .skipped, for: 0, error: "'drafter' did not succeed")
        try script.end(9002, .partial)
        return script.events
    }
}

/// What a display wrote.
final class Transcript: Sendable {
    private let pieces = Mutex<[String]>([])
    func write(_ text: String) { pieces.withLock { $0.append(text) } }
    var text: String { pieces.withLock { $0.joined() } }
    var last: String { pieces.withLock { $0.last ?? "" } }
    var count: Int { pieces.withLock { $0.count } }
}

/// A terminal as far as the display uses one: a screen of lines, a cursor, and the sequences it may send.
struct Screen {
    private(set) var lines: [String] = [""]
    private(set) var row = 0
    private(set) var column = 0
    private(set) var cursorIsVisible = true
    /// Sequences and control characters that a display has no business to send.
    private(set) var unexpected: [String] = []
    let columns: Int

    init(columns: Int) { self.columns = columns }

    mutating func take(_ text: String) {
        var rest = Substring(text)
        while let character = rest.popFirst() {
            switch character {
            case "\n": (row, column) = (row + 1, 0)
            case "\r": column = 0
            case "\u{1B}": control(&rest)
            default:
                if character.unicodeScalars.contains(where: { $0.value < 32 || (127...159).contains($0.value) }) {
                    unexpected.append("\(character.unicodeScalars.map(\.value))")
                }
                put(character)
            }
            while lines.count <= row { lines.append("") }
        }
    }

    private mutating func put(_ character: Character) {
        let width =
            character.unicodeScalars.contains {
                (0x1100...0x115F).contains($0.value)
                    || (0x2E80...0xFFE6).contains($0.value) && $0.value != 0xFFFD && $0.value < 0xFF61
                    || $0.value >= 0x1F300
            } ? 2 : 1
        if column + width > columns { (row, column) = (row + 1, 0) }
        while lines.count <= row { lines.append("") }
        var cells = Array(lines[row])
        if column == 0 { cells = [] }  // this display always writes whole lines
        cells.append(character)
        lines[row] = String(cells)
        column += width
    }

    private mutating func control(_ rest: inout Substring) {
        guard rest.popFirst() == "[" else { return unexpected.append("ESC") }
        let body = rest.prefix { !$0.isLetter }
        rest = rest.dropFirst(body.count)
        switch (body, rest.popFirst()) {
        case ("?25", "l"): cursorIsVisible = false
        case ("?25", "h"): cursorIsVisible = true
        case ("", "K"): if column == 0 { lines[row] = "" }
        case ("", "J"):
            lines.removeLast(lines.count - row - 1)
            lines[row] = ""
        case (let count, "A"):
            row -= Int(count) ?? 1
            if row < 0 { unexpected.append("above the top"); row = 0 }
        case (_, "m"): break
        case (let body, let end): unexpected.append("[\(body)\(end.map(String.init) ?? "")")
        }
    }
}
