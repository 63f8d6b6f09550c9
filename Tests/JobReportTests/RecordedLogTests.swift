import Coordinator
import FoundationEssentials
import Testing

@testable import JobReport

/// Logs that earlier versions wrote, as they were written, and everything that reads events.
@Suite(.timeLimit(.minutes(10))) struct RecordedLogs {
    private static func recorded(_ name: String) throws -> Data {
        let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Recorded")
        return try Data(contentsOf: folder.appending(path: name))
    }

    /// A job with a commit, a retry, a refused write, a failure, and an agent that was skipped; and one whose agents wrote
    /// where their states are.
    private static let names = ["version-1", "version-1-states"]

    private static func lines(_ name: String = "version-1") throws -> [Data] {
        try recorded("\(name).events.jsonl").split(separator: UInt8(ascii: "\n"))
    }

    private static func version1(_ name: String = "version-1") throws -> [JobEvent] {
        try lines(name).map { try JSONDecoder().decode(JobEvent.self, from: $0) }
    }

    @Test(arguments: names) func logOfVersion1RebuildsItsBlackboard(name: String) throws {
        let events = try Self.version1(name)
        #expect(events.count == (name == "version-1" ? 28 : 19))
        #expect(events.allSatisfy { $0.schemaVersion == 1 })
        let document = try JSONValue(json: Self.recorded("\(name).context.json"))
        let fields = [FieldDeclaration("artifacts.list", merge: .append)]
        let replay = try ContextReplay(events, fields: fields)
        #expect(replay.snapshot.root == document["context"])
        #expect(replay.snapshot.version == document["version"]?.integerValue.map { Int($0) })
        let origins = try JSONValue(encoding: ContextDocument(replay.snapshot, provenance: replay.provenance(of:)))
        #expect(origins["provenance"] == document["provenance"])
    }

    @Test func logOfVersion1IsShownAsItWas() throws {
        let transcript = Transcript()
        let display = ProgressDisplay(
            .init(policy: TerminalPolicy(isLive: true, hasColor: false)), size: { TerminalSize(columns: 90, rows: 20) },
            write: { transcript.write($0) })
        for event in try Self.version1() { display.show(event) }
        display.finish()
        var screen = Screen(columns: 90)
        screen.take(transcript.text)
        let outcomes = ["first": "succeeded", "flaky": "failed", "broken": "failed", "never": "skipped"]
        for (name, outcome) in outcomes {
            #expect(screen.lines.contains { $0.contains(name) && $0.contains(outcome) }, "\(name)")
        }
    }

    /// In version 1 a state took the place of all that was there before, and progress changed nothing.
    @Test func stateOfVersion1ReplacesWhatItsAgentHad() throws {
        var lines = try Self.lines("version-1-states").map { String(decoding: $0, as: UTF8.self) }
        // A state from before the start stands in the blackboard that the job starts with.
        lines[0] = lines[0].replacing(
            "\"agents\":{}", with: "\"agents\":{\"later\":{\"name\":\"later\",\"message\":\"from before\"}}")
        #expect(lines[0].contains("from before"))
        var replay = ContextReplay()
        var seen: [JSONValue?] = []
        for line in lines {
            try replay.apply(JSONDecoder().decode(JobEvent.self, from: Data(line.utf8)))
            seen.append(replay.snapshot.value(at: "agents.later"))
        }
        #expect(seen[0]?["message"] == "from before")
        #expect(seen[3]?["notes"] == "erased too")
        #expect(seen[8] == ["name": "later", "phase": "running", "attempt": 1])
        #expect(seen[11]?["phase"] == "backing_off")
        // The retry's start was an event before its state was.
        #expect(seen[12] == seen[11])
        #expect(seen.last == ["name": "later", "phase": "succeeded", "attempt": 2])
        let progress = """
            {"schema_version":1,"seq":20,"at":"2031-01-01T00:00:00.000000000Z","job_id":"JOB","type":"progress",\
            "version":8,"agent":"later","attempt":2,"payload":{"message":"works"}}
            """.replacing("JOB", with: try #require(Self.version1("version-1-states").last?.jobID))
        try replay.apply(JSONDecoder().decode(JobEvent.self, from: Data(progress.utf8)))
        #expect(replay.snapshot.value(at: "agents.later") == seen.last)
    }

    /// What version 1 does not say stays unsaid: the line that is written is the one that was read.
    @Test(arguments: names) func eventOfVersion1IsWrittenAsVersion1(name: String) throws {
        for (line, event) in zip(try Self.lines(name), try Self.version1(name)) {
            let written = try ReportJSON.line(of: event)
            #expect(try JSONValue(json: Data(written.utf8)) == JSONValue(json: line))
            #expect(try JSONDecoder().decode(JobEvent.self, from: Data(written.utf8)) == event)
        }
    }

    /// An event without a payload is written without one, and one whose payload is null with null.
    @Test(arguments: ["", ",\"payload\":null"]) func absentPayloadIsNotNull(payload: String) throws {
        let line = """
            {"schema_version":2,"seq":1,"at":"2031-01-01T00:00:00.000000000Z","job_id":"j","type":"new","version":0\(payload)}
            """
        let event = try JSONDecoder().decode(JobEvent.self, from: Data(line.utf8))
        #expect(try JSONValue(json: Data(ReportJSON.line(of: event).utf8)) == JSONValue(json: Data(line.utf8)))
    }

    @Test func eventOfAnUnknownKindPassesThrough() throws {
        var lines = try Self.version1().map { try ReportJSON.line(of: $0) }
        let unknown = """
            {"agent":"first","at":"2031-01-01T00:00:00.000000000Z","attempt":1,"job_id":"JOB","payload":{"any":[1,null]},\
            "schema_version":2,"seq":29,"type":"of_a_later_version","version":VERSION}
            """
        let last = try #require(Self.version1().last)
        lines.append(
            unknown.replacing("JOB", with: last.jobID).replacing("VERSION", with: "\(last.version)"))
        let events = try lines.map { try JSONDecoder().decode(JobEvent.self, from: Data($0.utf8)) }
        let added = try #require(events.last)
        #expect(added.kind == .init("of_a_later_version"))
        #expect(added.payload == .unknown(added.kind, ["any": [1, nil]]))
        #expect(try ReportJSON.line(of: added) == lines.last)
        let fields = [FieldDeclaration("artifacts.list", merge: .append)]
        #expect(
            try ContextReplay(events, fields: fields).snapshot.root
                == ContextReplay(events.dropLast(), fields: fields).snapshot.root)
        var state = ProgressState()
        for event in events { state.apply(event) }
        #expect(state.agents.count == 4)
    }
}
