import Coordinator
import CoordinatorTestKit
import Foundation
import Support
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(10))) struct Roles {
    private let context = JobContext(
        id: "roles", task: JobTask(description: "d", requirements: ["r"]),
        artifacts: ["code": ["a.swift": "let key = \"sk-123\""], "secret": "hidden"], decisions: ["one"])

    @Test func aViewHoldsOnlyWhatTheRoleMayRead() throws {
        let view = try context.agentContext(for: Role(name: "r", reads: ["task.requirements", "artifacts.code"]))
        #expect(try view.value(at: "task.requirements") == ["r"])
        #expect(try view.value(at: "task") == ["requirements": ["r"]])
        #expect(
            view.json == ["task": ["requirements": ["r"]], "artifacts": ["code": ["a.swift": "let key = \"sk-123\""]]])
        let error = #expect(throws: ContextError.self) { _ = try view.value(at: "artifacts.secret") }
        #expect(error?.code == .accessDenied)
        #expect(
            error?.message
                == "role 'r' may not read artifacts.secret; it may read task.requirements, artifacts.code")
    }

    @Test func redactionMasksMatchesAndWholeValues() throws {
        let view = try context.agentContext(
            for: Role(
                name: "r", reads: ["**"],
                redact: [Redaction("artifacts.code", match: "sk-[0-9]+"), Redaction("artifacts.secret")]))
        #expect(try view.value(at: "artifacts.code[\"a.swift\"]") == "let key = \"[redacted]\"")
        #expect(try view.value(at: "artifacts.secret") == "[redacted]")
        #expect(view.json["artifacts"]?["secret"] == "[redacted]")
        #expect(throws: ContextError.self) {
            _ = try context.agentContext(for: Role(name: "r", redact: [Redaction("task", match: "(")]))
        }
    }

    @Test func writingOutsideTheRoleRefusesTheWholeContributionForGood() async throws {
        let agent = ScriptedAgent(.succeed(Contribution(set: ["artifacts.mine": 1, "artifacts.yours": 2])))
        let (result, coordinator) = try await runJob(
            AgentTask("a", role: writer("r", "artifacts.mine"), retry: RetryPolicy(maxRetries: 3), agent: agent))
        #expect(result["a"]?.outcome == .failed)
        #expect(result["a"]?.errorType == "access_denied")
        #expect(result["a"]?.attempts.count == 1)
        #expect(coordinator.context.snapshot.value(at: "artifacts") == [:])
        let denied = try await events(of: coordinator).compactMap { event in
            if case .accessDenied(let places) = event.payload { places.paths } else { nil }
        }
        #expect(denied == [["artifacts.yours"]])
    }

    @Test func aViewTravelsAsJSONWithoutWhatTheRoleMayNotSee() throws {
        let role = Role(
            name: "r", reads: ["task", "artifacts.code"], redact: [Redaction("artifacts.code", match: "sk-[0-9]+")])
        let view = try context.agentContext(for: role)
        let data = try JSONEncoder().encode(view)
        let text = String(decoding: data, as: UTF8.self)
        #expect(!text.contains("sk-123") && !text.contains("hidden"))
        let arrived = try JSONDecoder().decode(RoleView.self, from: data)
        #expect(arrived.jobID == "roles")
        #expect(arrived.version == view.version)
        #expect(arrived.json == view.json)
        #expect(try arrived.value(at: "artifacts.code[\"a.swift\"]") == "let key = \"[redacted]\"")
        #expect(arrived.task == view.task)
        let error = #expect(throws: ContextError.self) { _ = try arrived.value(at: "artifacts.secret") }
        #expect(error?.code == .accessDenied)
    }

    @Test func whatArrivesOfAViewIsWhatItShowed() throws {
        var random = SeededGenerator.announced()
        let words = ["a", "b", "c d", "e.f"]
        func value(_ depth: Int) -> JSONValue {
            switch Int.random(in: 0..<(depth > 0 ? 6 : 4), using: &random) {
            case 0: .integer(.random(in: .min ... .max, using: &random))
            case 1: .string(["", "sk-12", "\u{0}é\n\"", "x sk-3 y"].randomElement(using: &random) ?? "")
            case 2: .null
            case 3: .number(0.5)
            case 4: .array((0..<2).map { _ in value(depth - 1) })
            default:
                .object(
                    Dictionary(
                        words.filter { _ in .random(using: &random) }.map { ($0, value(depth - 1)) },
                        uniquingKeysWith: { first, _ in first }))
            }
        }
        func path() -> ContextPath {
            ContextPath(
                segments: ["artifacts"]
                    + (0..<Int.random(in: 0...3, using: &random)).map { _ in
                        words.randomElement(using: &random) ?? ""
                    })
        }
        for _ in 0..<300 {
            let artifacts = Dictionary(words.map { ($0, value(3)) }, uniquingKeysWith: { first, _ in first })
            let role = Role(
                name: "r", reads: (0..<2).map { _ in ContextPattern(path()) },
                redact: [Redaction(ContextPattern(path()), match: Bool.random(using: &random) ? "sk-[0-9]" : nil)])
            let view = try JobContext(id: "j", artifacts: artifacts).agentContext(for: role)
            let arrived = try JSONDecoder().decode(RoleView.self, from: JSONEncoder().encode(view))
            try #require(arrived.json == view.json, "seed \(random.seed)")
            for _ in 0..<20 {
                let place = path()
                let (here, there) = (shown(view, at: place), shown(arrived, at: place))
                // What stood below a masked place does not travel.
                let isMasked = here == .some(.string(Redaction.mask)) && there == .some(nil)
                try #require(here == there || isMasked, "\(place) of \(role), seed \(random.seed)")
            }
        }
    }

    /// The value, or `nil` for a refusal.
    private func shown(_ view: RoleView, at path: ContextPath) -> JSONValue?? {
        do { return .some(try view.value(at: path)) } catch { return nil }
    }
}
