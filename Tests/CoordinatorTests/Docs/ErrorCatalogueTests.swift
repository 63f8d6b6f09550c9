import Coordinator
import Foundation
import TelemetryCatalog
import Testing

/// The catalogue of errors in the documentation has a row for each error, and no other.
@Suite struct ErrorCatalogue {
    private let article: String

    init() throws { article = try Self.article("Errors") }

    private static func article(_ name: String) throws -> String {
        var root = URL(filePath: #filePath)
        for _ in 0..<4 { root.deleteLastPathComponent() }
        return try String(
            contentsOf: root.appending(path: "Sources/Coordinator/Coordinator.docc/\(name).md"), encoding: .utf8)
    }

    /// What the first column of the rows holds that begin like this, each with the rest of its row.
    private func rows(
        _ opening: String, _ closing: String, in article: String
    ) throws -> [(name: String, rest: String)] {
        let row = try Regex(
            "(?m)^\\| \(opening)([\\w:()]+)\(closing) \\|(.*)\\|$", as: (Substring, Substring, Substring).self)
        return article.matches(of: row).map { (String($0.output.1), String($0.output.2)) }
    }

    @Test func eachCodeOfAnErrorHasOneRow() throws {
        #expect(
            try rows("``CoordinatorError/Code/", "``", in: article).map(\.name).sorted()
                == CoordinatorError.Code.all.map(\.description).sorted())
        #expect(
            try rows("``ContextError/Code/", "``", in: article).map(\.name).sorted()
                == ContextError.Code.all.map(\.description).sorted())
    }

    @Test func aCodeIsPrintedByItsNameInSwift() {
        #expect("\(CoordinatorError.Code.duplicateAgent)" == "duplicateAgent")
        #expect("\(ContextError.Code.accessDenied)" == "accessDenied")
    }

    @Test func eachTypeThatAnOutcomeCanCarryHasOneRowWithTheOutcomes() throws {
        let rows = try rows("`", "`", in: article)
        #expect(rows.map(\.name) == ErrorType.all.sorted { Self.place($0, in: rows) < Self.place($1, in: rows) })
        for row in rows {
            let outcomes = row.rest.split(separator: "|").first?.split(separator: ",") ?? []
            #expect(!outcomes.isEmpty)
            for outcome in outcomes {
                #expect(AgentOutcome(rawValue: outcome.trimmingCharacters(in: .whitespaces)) != nil, "\(row)")
            }
        }
    }

    private static func place(_ name: String, in rows: [(name: String, rest: String)]) -> Int {
        rows.firstIndex { $0.name == name } ?? rows.count
    }

    @Test func eachRefusalOfAJournalHasOneRow() throws {
        let refusals: [JournalRefusal] = [
            .exists(job: ""), .unknown(job: ""), .notOwner(job: ""), .notAfter(job: "", given: 0, last: 0),
            .claimed(job: "", given: 0, epoch: 0), .ended(job: ""),
        ]
        // A case that is added does not compile here: it belongs in the list above, too.
        let names = refusals.map { refusal in
            switch refusal {
            case .exists: "exists(job:)"
            case .unknown: "unknown(job:)"
            case .notOwner: "notOwner(job:)"
            case .notAfter: "notAfter(job:given:last:)"
            case .claimed: "claimed(job:given:epoch:)"
            case .ended: "ended(job:)"
            }
        }
        #expect(try rows("``JournalRefusal/", "``", in: article).map(\.name) == names)
    }

    @Test func eachClassOfFailureHasARowAmongTheRulesForAgents() throws {
        let classes: [FailureClass] = [.transient, .throttled(), .permanent]
        let names = classes.map { failureClass in
            switch failureClass {
            case .transient: "transient"
            case .throttled: "throttled(retryAfter:)"
            case .permanent: "permanent"
            }
        }
        #expect(try rows("``FailureClass/", "``", in: Self.article("WritingAnAgent")).map(\.name) == names)
    }
}
