import Coordinator
import Foundation
import Testing

/// The table of defaults in the documentation matches the code.
@Suite struct DefaultsTable {
    private static func text(_ value: Any) -> String {
        switch value {
        case let duration as Duration:
            let seconds = Double(duration.components.seconds) + Double(duration.components.attoseconds) * 1e-18
            return seconds == seconds.rounded() ? "\(Int(seconds)) s" : "\(seconds) s"
        case is RetryBudgetPolicy: return "on, as above; none in a coordinator's private runtime"
        case let value: return "\(value)"
        }
    }

    /// Every limit of these values, by the type's name; `nil` is "none".
    private static func defaults(_ name: String, _ value: Any) -> [String: String] {
        var found: [String: String] = [:]
        for child in Mirror(reflecting: value).children {
            guard let label = child.label else { continue }
            let mirror = Mirror(reflecting: child.value)
            if mirror.displayStyle == .optional {
                found["\(name).\(label)"] = mirror.children.first.map { text($0.value) } ?? "none"
            } else {
                found["\(name).\(label)"] = text(child.value)
            }
        }
        return found
    }

    @Test func documentedDefaultsMatchTheCode() throws {
        var expected = Self.defaults("TimeoutPolicy", TimeoutPolicy())
        expected.merge(Self.defaults("RetryPolicy", RetryPolicy())) { $1 }
        expected.merge(Self.defaults("BreakerPolicy", BreakerPolicy())) { $1 }
        expected.merge(Self.defaults("RetryBudgetPolicy", RetryBudgetPolicy())) { $1 }
        expected.merge(Self.defaults("JobLimits", JobLimits())) { $1 }
        expected.merge(Self.defaults("JobLimits.Budget", JobLimits.Budget())) { $1 }
        expected.merge(Self.defaults("ForEach", ForEach("artifacts.list"))) { $1 }
        expected["ForEach.mostItems"] = String(ForEach.mostItems)
        expected.merge(Self.defaults("Repeat", Repeat("r", agents: ["a"], until: .exists("artifacts.done")))) { $1 }
        expected["Repeat.mostRounds"] = String(Repeat.mostRounds)
        expected.merge(Self.defaults("Suspension", Suspension())) { $1 }
        expected["Suspension.largestValue"] = String(Suspension.largestValue)
        expected["Suspension.longestReason"] = String(Suspension.longestReason)
        expected["ConversationStep.largestValue"] = String(ConversationStep.largestValue)
        expected["ConversationStep.mostSteps"] = String(ConversationStep.mostSteps)
        expected["ConversationStep.largestConversation"] = String(ConversationStep.largestConversation)
        expected["ConversationStep.longestName"] = String(ConversationStep.longestName)
        expected["JournalPin.most"] = String(JournalPin.most)
        expected["JournalPin.longestName"] = String(JournalPin.longestName)
        expected["JournalPin.longestDigest"] = String(JournalPin.longestDigest)
        expected["JournalPin.mostKept"] = String(JournalPin.mostKept)
        expected.merge(Self.defaults("CoordinatorRuntime.Configuration", CoordinatorRuntime.Configuration())) { $1 }
        expected["JobContext.defaultJournalTimeout"] = Self.text(JobContext.defaultJournalTimeout)
        expected["JobContext.defaultJournalQueueLimit"] = String(JobContext.defaultJournalQueueLimit)
        expected["JobContext.defaultJournalBatchBytes"] = String(JobContext.defaultJournalBatchBytes)
        expected["JobContext.defaultReducerTimeout"] = Self.text(JobContext.defaultReducerTimeout)
        expected["JobContext.defaultEventLimit"] = String(JobContext.defaultEventLimit)
        expected["AgentRegistry.changeLimit"] = Self.text(AgentRegistry.changeLimit)
        // Left out because they are no limits: switches, lists, names, values and the machine's number of cores.
        for name in [
            "JobLimits.budget", "JobLimits.failFast", "CoordinatorRuntime.Configuration.minThreads",
            "CoordinatorRuntime.Configuration.errorTypes", "CoordinatorRuntime.Configuration.resources",
            "CoordinatorRuntime.Configuration.seed", "CoordinatorRuntime.Configuration.interceptors", "ForEach.path",
            "ForEach.name", "Repeat.name", "Repeat.agents",
            "Repeat.until", "Suspension.state", "Suspension.reason", "Suspension.usage",
        ] {
            expected[name] = nil
        }
        let table = try Self.table()
        for name in Set(expected.keys).union(table.keys).sorted() {
            #expect(table[name] == expected[name], "\(name)")
        }
    }

    /// The rows; `A.b`, `c` means `A.b` and `A.c`.
    private static func table() throws -> [String: String] {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
        let article = root.appendingPathComponent("Sources/Coordinator/Coordinator.docc/Policies.md")
        var rows: [String: String] = [:]
        let lines = try String(contentsOf: article, encoding: .utf8).split(separator: "\n")
        let section = lines.drop { $0 != "## Defaults" }.dropFirst().prefix { !$0.hasPrefix("## ") }
        for line in section where line.hasPrefix("| `") {
            let cells = line.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
            let names = cells[0].split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces.union(["`"])) }
            let type = names[0].split(separator: ".").dropLast().joined(separator: ".")
            for name in names { rows[name.contains(".") ? name : "\(type).\(name)"] = cells[1] }
        }
        return rows
    }
}
