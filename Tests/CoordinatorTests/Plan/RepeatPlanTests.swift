import CoordinatorTestKit
import Support
import Testing

@testable import Coordinator

/// What is refused of repeats and of elements before a job starts, and how repeats order agents.
@Suite struct RepeatPlans {
    private static let never = Condition.exists("artifacts.never")

    private static func task(
        _ name: String, needs: [String] = [], fallback: String? = nil, writes: ContextPattern...,
        forEach: ForEach? = nil
    ) -> AgentTask {
        AgentTask(
            name, role: Role(name: name, writes: writes), needs: needs, forEach: forEach, fallback: fallback,
            agent: ScriptedAgent())
    }

    private static func faults(
        _ tasks: [AgentTask], _ repeats: [(String, [String])] = [], fields: [FieldDeclaration] = []
    ) -> [CoordinatorError] {
        PlanCheck.faults(
            of: tasks, repeats: repeats.map { Repeat($0.0, agents: $0.1, until: never) }, fields: fields, atMost: 10)
    }

    /// Why a coordinator does not take them.
    private static func refusal(
        of tasks: [AgentTask], _ repeats: [(String, [String])], fields: [FieldDeclaration] = []
    ) -> CoordinatorError? {
        do {
            let coordinator = JobCoordinator(JobContext(id: "job-1", fields: fields))
            for task in tasks { try coordinator.register(task) }
            for (name, agents) in repeats { try coordinator.register(Repeat(name, agents: agents, until: never)) }
            try coordinator.checkPlan()
            return nil
        } catch {
            return error as? CoordinatorError
        }
    }

    @Test(
        arguments: [
            ([("r", [])], .invalidRepeat, "repeat 'r' has no agent"),
            ([("r", ["a", "a"])], .invalidRepeat, "repeat 'r' names agent 'a' twice"),
            ([("r", ["a"]), ("s", ["b", "a"])], .invalidRepeat, "agent 'a' is in the repeats 'r' and 's'"),
            ([("r", ["a"]), ("r", ["b"])], .invalidRepeat, "a repeat named 'r' is registered already"),
            ([("r", ["ghost"])], .unknownAgent, "repeat 'r' names agent 'ghost', which is not registered"),
            ([("r", ["a"])], .invalidRepeat, "agent 'a' falls back to 'c', but 'c' is not in repeat 'r'"),
            ([("r", ["c"])], .invalidRepeat, "agent 'a' falls back to 'c', but 'a' is not in repeat 'r'"),
            ([("r", ["a", "b", "c"])], nil, ""),
        ] as [([(String, [String])], CoordinatorError.Code?, String)])
    func repeatThatCannotBeIsRefusedInWords(
        repeats: [(String, [String])], code: CoordinatorError.Code?, words: String
    ) {
        let tasks = [Self.task("a", fallback: "c"), Self.task("b"), Self.task("c")]
        let found = Self.faults(tasks, repeats).first
        #expect(found?.code == code && found?.message.hasPrefix(words) ?? true, "\(found?.message ?? "nothing")")
        #expect(found == nil || found?.repeats.isEmpty == false)
        #expect(Self.refusal(of: tasks, repeats)?.code == code)
    }

    @Test func circleThroughARepeatIsFoundAndPrintedWithIt() {
        let tasks = [
            Self.task("draft", needs: ["outside"]), Self.task("check"), Self.task("outside", needs: ["check"]),
        ]
        let found = Self.faults(tasks, [("fix", ["draft", "check"])])
        #expect(found.map(\.code) == [.cycle] && found.first?.repeats == ["fix"])
        let message = found.first?.message ?? ""
        #expect(
            message.contains("outside -> repeat 'fix' -> outside")
                || message.contains("repeat 'fix' -> outside -> repeat"))
        #expect(Self.faults(tasks).isEmpty)
    }

    @Test func circleWithinARoundIsOneOfNeeds() {
        let found = Self.faults([Self.task("a", needs: ["b"]), Self.task("b", needs: ["a"])], [("r", ["a", "b"])])
        #expect(found.first?.message == "agents need each other in a circle: a -> b -> a")
    }

    @Test func agentsOfARepeatShareItsStageAndThoseThatNeedOneOfThemComeAfterIt() throws {
        var index = RepeatIndex()
        try index.add(Repeat("r", agents: ["check", "draft"], until: Self.never))
        let plan = try JobPlan(
            [
                Self.task("first"), Self.task("draft"), Self.task("check", needs: ["draft", "first"]),
                Self.task("last", needs: ["draft"]),
            ], repeats: index)
        #expect(plan.steps.map(\.stage) == [0, 1, 1, 2])
        #expect(plan.steps.map { $0.member?.stage } == [nil, 0, 1, nil])
        #expect(plan.repeats[0].members == [1, 2] && plan.repeats[0].needs == [0])
        let orders = [
            plan.steps[1].order(RunIdentity(agent: "draft", round: 1)),
            plan.steps[2].order(RunIdentity(agent: "check", round: 1)),
            plan.steps[1].order(RunIdentity(agent: "draft", round: 2)), plan.steps[3].order(RunIdentity(agent: "last")),
        ]
        #expect(orders == orders.sorted())
    }

    /// `replace` needs an order of its writers, which a repeat gives between its agents and those outside of it.
    @Test func repeatOrdersItsAgentsWithThoseThatWaitForItWhoeverOfThemIsNeeded() throws {
        let replace = [FieldDeclaration("artifacts.patch", merge: .replace)]
        let tasks = [
            Self.task("draft", writes: "artifacts.patch"),
            Self.task("mend", needs: ["draft"], writes: "artifacts.patch"),
            Self.task("check"), Self.task("last", needs: ["check"], writes: "artifacts.patch"),
        ]
        let members = ["draft", "mend", "check"]
        #expect(Self.faults(tasks, [("fix", members)], fields: replace).isEmpty)
        #expect(Self.faults(tasks, [("fix", ["draft", "mend"])], fields: replace).map(\.code) == [.ambiguousWriters])
        // Registered first, the repeat counts for the checks of each agent too.
        let coordinator = JobCoordinator(JobContext(id: "job-1", fields: replace))
        try coordinator.register(Repeat("fix", agents: members, until: Self.never))
        for task in tasks { try coordinator.register(task) }
        try coordinator.checkPlan()
        // Two agents of a round that nothing orders stay ambiguous.
        let free = [Self.task("a", writes: "artifacts.patch"), Self.task("b", writes: "artifacts.patch")]
        #expect(Self.faults(free, [("fix", ["a", "b"])], fields: replace).map(\.code) == [.ambiguousWriters])
    }

    @Test(
        arguments: [
            ("artifacts.found", MergeRule.append, nil), ("artifacts.found", .union, nil),
            ("artifacts.found", .merge, nil),
            ("artifacts.found", .replace, "artifacts.found, whose merge rule is replace"),
            ("artifacts.other", .append, "artifacts.other, whose merge rule is single_writer"),
            ("artifacts.**", .append, "artifacts.**, whose merge rule is single_writer"),
            ("notes.**", .append, "notes.**, whose merge rule is single_writer"),
        ] as [(ContextPattern, MergeRule, String?)])
    func agentThatRunsForEachElementMayWriteFieldsAloneThatFold(
        writes: ContextPattern, rule: MergeRule, words: String?
    ) {
        let fields = [FieldDeclaration("artifacts.found", merge: rule)]
        let task = Self.task("review", writes: writes, forEach: ForEach("artifacts.files"))
        let found = Self.faults([task], fields: fields)
        #expect(found.isEmpty == (words == nil))
        #expect(found.first?.message.contains(words ?? "") ?? true, "\(found.first?.message ?? "")")
        #expect(found.allSatisfy { $0.writes == writes && $0.agents == ["review"] && $0.code == .ambiguousWriters })
        #expect(Self.refusal(of: [task], [], fields: fields)?.message == found.first?.message)
    }

    @Test(arguments: ["artifacts", "two words", "notes"])
    func elementGoesByNoNameThatAFieldHas(name: String) {
        let fields = [FieldDeclaration("notes.list", merge: .append)]
        let found = Self.faults([Self.task("review", forEach: ForEach("artifacts.files", as: name))], fields: fields)
        #expect(found.map(\.code) == [.invalidItems] && found.first?.message.hasPrefix("agent 'review': ") == true)
    }

    /// Against the definition: an agent comes before another if needs lead there, where each agent of a repeat stands for
    /// all of it, unless both are of one.
    @Test func orderByNeedsAndRepeatsIsWhatTheDefinitionSays() throws {
        var random = SeededGenerator.announced()
        for _ in 0..<400 {
            let count = random.int(3...8)
            let needs = (0..<count).map { number in (0..<number).filter { _ in random.int(0...3) == 0 } }
            let home = (0..<count).map { _ in random.int(0...2) }
            let repeats = (1...2).map { number in home.indices.filter { home[$0] == number } }.filter { !$0.isEmpty }
            var index = RepeatIndex()
            for (number, members) in repeats.enumerated() {
                try index.add(Repeat("r\(number)", agents: members.map { "a\($0)" }, until: Self.never))
            }
            let tasks = (0..<count).map { number in Self.task("a\(number)", needs: needs[number].map { "a\($0)" }) }
            guard let plan = try? JobPlan(tasks, repeats: index) else { continue }
            func isAfter(_ one: Int, _ other: Int) -> Bool {
                let isWithin = home[one] > 0 && home[one] == home[other]
                var open = [one]
                var seen: Set<Int> = []
                while let next = open.popLast() {
                    if next == other, next != one { return true }
                    guard seen.insert(next).inserted else { continue }
                    if isWithin {
                        open += needs[next].filter { home[$0] == home[one] }
                    } else {
                        open += needs[next]
                        if home[next] > 0 { open += home.indices.filter { home[$0] == home[next] } }
                    }
                }
                return false
            }
            for one in 0..<count {
                for other in 0..<one {
                    let isOrdered = isAfter(one, other) || isAfter(other, one)
                    var budget = PlanCheckBudget()
                    #expect(
                        (plan.unordered([one, other], [one, other], &budget) == nil) == isOrdered,
                        "\(one) \(other) of \(needs) in \(home), seed \(random.seed)")
                }
            }
        }
    }
}
