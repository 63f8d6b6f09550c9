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

    /// A job with a commit, a retry, a refused write, a failure, and an agent that was skipped.
    private static func version1() throws -> [JobEvent] {
        try recorded("version-1.events.jsonl").split(separator: UInt8(ascii: "\n"))
            .map { try JSONDecoder().decode(JobEvent.self, from: $0) }
    }

    @Test func logOfVersion1RebuildsItsBlackboard() throws {
        let events = try Self.version1()
        #expect(events.count == 28)
        #expect(events.allSatisfy { $0.schemaVersion == 1 })
        let document = try JSONValue(json: Self.recorded("version-1.context.json"))
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

    @Test func eventOfVersion1IsWrittenAsVersion1() throws {
        for event in try Self.version1() {
            let line = try ReportJSON.line(of: event)
            #expect(line.contains("\"schema_version\":1"))
            #expect(try JSONDecoder().decode(JobEvent.self, from: Data(line.utf8)) == event)
        }
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
