import Coordinator
import Foundation

/// The fold of a job's contributions through the table of fields: 1,000 contributions, each of which sets an artifact,
/// adds to a list, adds to a set and merges into an object, rebuilt from their events.
enum Fold {
    private static let contributions = 1000
    private static let fields = [
        FieldDeclaration("words", merge: .union), FieldDeclaration("counts", merge: .merge),
    ]

    static func run(rounds: Int) throws {
        let events = try self.events()
        for _ in 0..<rounds {
            let snapshot = try ContextReplay(events, fields: fields).snapshot
            guard snapshot.version == contributions else {
                throw Unexpected(description: "the fold ended at version \(snapshot.version)")
            }
        }
    }

    /// The events as lines of `events.jsonl`, since only a job makes new ones.
    private static func events() throws -> [JobEvent] {
        let start = event(
            1, "job_started",
            """
            {"workflow":"w","agents":[],"context":{"task":{},"artifacts":{},"constraints":[],"decisions":[],"agents":{}}}
            """)
        let commits = (0..<contributions).map { index in
            event(
                index + 2, "context_committed",
                """
                {"stage":0,"registration":\(index),"contribution":{"set":{"artifacts.part-\(index)":\(index)},\
                "append":{"decisions":["decision \(index)"],"words":["word \(index % 50)"]},\
                "merge":{"counts":{"agent-\(index)":{"lines":\(index)}}}}}
                """, version: index + 1)
        }
        let decoder = JSONDecoder()
        return try ([start] + commits).map { try decoder.decode(JobEvent.self, from: Data($0.utf8)) }
    }

    private static func event(_ number: Int, _ type: String, _ payload: String, version: Int = 0) -> String {
        """
        {"schema_version":1,"seq":\(number),"at":"2026-11-30T12:00:00.000Z","job_id":"j","type":"\(type)",\
        "version":\(version),"agent":"agent-\(number)","attempt":1,"payload":\(payload)}
        """
    }
}
