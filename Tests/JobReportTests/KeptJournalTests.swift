import Coordinator
import FoundationEssentials
import Testing

@testable import JobReport

/// Journals of every version that was released, as its program wrote them: each is read, replayed and taken up by this one.
///
/// A journal outlives the program that wrote it, so these are kept for good. With each version one more comes:
/// `VERSION.events.jsonl`, `VERSION.context.json` and `VERSION.result.json` of one run of the program.
@Suite(.timeLimit(.minutes(10))) struct KeptJournals {
    private static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()
    private static let folder = root.appending(path: "Tests/JobReportTests/Recorded")

    /// What each version's files are named by; the first one wrote no number of its own.
    static let names = ["version-1", "version-1-states", "version-0.2.0"]

    private static func events(_ name: String) throws -> [JobEvent] {
        let lines = try Data(contentsOf: folder.appending(path: "\(name).events.jsonl"))
            .split(separator: UInt8(ascii: "\n"))
        return try lines.map { try JSONDecoder().decode(JobEvent.self, from: $0) }
    }

    private static func document(_ name: String, _ kind: String) throws -> JSONValue {
        try JSONValue(json: Data(contentsOf: folder.appending(path: "\(name).\(kind).json")))
    }

    /// The fields that the job declared: from its submission, or as they are known for those of before there was one.
    private static func fields(_ events: [JobEvent]) throws -> [FieldDeclaration] {
        for case .jobSubmitted(let submitted) in events.map(\.payload) {
            return submitted.fields.compactMap { field in
                MergeRule.named.first { $0.name == field.merge }.map { FieldDeclaration(field.pattern, merge: $0) }
            }
        }
        return [FieldDeclaration("artifacts.list", merge: .append)]
    }

    @Test func journalOfEveryVersionIsKept() throws {
        let kept = try FileManager.default.contentsOfDirectory(atPath: Self.folder.path)
            .filter { $0.hasSuffix(".events.jsonl") }.map { String($0.dropLast(".events.jsonl".count)) }
        #expect(Set(kept) == Set(Self.names))
        let changes = try String(contentsOf: Self.root.appending(path: "CHANGELOG.md"), encoding: .utf8)
        let versions = changes.matches(of: /(?m)^## \[(\d+\.\d+\.\d+)\]/).map { String($0.1) }
        #expect(!versions.isEmpty)
        for version in versions where version != "0.1.0" {
            #expect(kept.contains("version-\(version)"), "there is no journal of \(version)")
        }
    }

    @Test(arguments: names) func keptJournalRebuildsTheBlackboardThatItsJobLeft(name: String) throws {
        let events = try Self.events(name)
        #expect(events.map(\.sequence) == Array(1...events.count))
        let replay = try ContextReplay(events, fields: Self.fields(events))
        let document = try Self.document(name, "context")
        #expect(replay.snapshot.root == document["context"])
        #expect(replay.snapshot.version == document["version"]?.integerValue.map { Int($0) })
        let origins = try JSONValue(encoding: ContextDocument(replay.snapshot, provenance: replay.provenance(of:)))
        #expect(origins["provenance"] == document["provenance"])
    }

    @Test(arguments: names) func lineOfAKeptJournalIsWrittenAsItWasRead(name: String) throws {
        let lines = try Data(contentsOf: Self.folder.appending(path: "\(name).events.jsonl"))
            .split(separator: UInt8(ascii: "\n"))
        for (line, event) in zip(lines, try Self.events(name)) {
            #expect(try JSONValue(json: Data(ReportJSON.line(of: event).utf8)) == JSONValue(json: line))
        }
    }

    @Test(arguments: names) func listShowsAKeptJobAsItEndedAndEveryPrefixOfItAsItStood(name: String)
        throws
    {
        let events = try Self.events(name)
        var summary = JobSummary()
        for event in events {
            summary.apply(event)
            #expect(summary.lastSequence == event.sequence)
            #expect(summary.status(isOwned: true).hasEnded == (event.kind == .jobFinished))
        }
        guard case .jobFinished(let end) = try #require(events.last).payload else {
            Issue.record("the journal has no end")
            return
        }
        #expect(summary.ended == end.status)
        #expect(summary.durationMS == end.durationMS)
        #expect(summary.waiting.isEmpty && summary.doubts.isEmpty && summary.resumptions == 0)
    }

    /// What an owner that died has left of a job of an earlier version is taken up by this one.
    @Test func everyPrefixOfAKeptJournalCanBeTakenUp() async throws {
        let events = try Self.events("version-0.2.0")
        let id = try #require(events.first?.jobID)
        for length in 1..<events.count {
            let journal = MemoryJournal()
            _ = try await journal.create(id, with: Array(events.prefix(length)), as: "0.2.0")
            let history = try await JobHistory.load(id, from: journal)
            #expect(history.summary.lastSequence == length)
            #expect(history.summary.status(isOwned: false) == .interrupted)
            #expect(history.submission.specification != nil)
        }
        let ended = MemoryJournal()
        _ = try await ended.create(id, with: events, as: "0.2.0")
        await #expect(throws: JournalRefusal.ended(job: id)) { try await JobHistory.load(id, from: ended) }
    }

    /// A reader of the file's text and a reader of its result see the same job.
    @Test func keptResultIsReadWithNothingWhereItSaysNothing() throws {
        let text = try Data(contentsOf: Self.folder.appending(path: "version-0.2.0.result.json"))
        let result = try JSONDecoder().decode(JobResult.self, from: text)
        #expect(result.resumptions == 0)
        #expect(result.status == .partial || result.status == .succeeded)
        #expect(result.agents.map(\.name) == ["first", "flaky", "broken", "never", "review", "draft", "check"])
        #expect(result["flaky"]?.attempts.count == 2 && result["review"]?.items.count == 2)
        let written = try JSONValue(json: Data(ReportJSON.text(of: result).utf8)).objectValue ?? [:]
        #expect(written["resumptions"] == 0)
        var before = written
        before["resumptions"] = nil
        #expect(JSONValue.object(before) == (try JSONValue(json: text)))
    }
}
