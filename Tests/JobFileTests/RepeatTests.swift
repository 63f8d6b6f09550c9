import Coordinator
import Testing

/// `repeat:` of a job.
@Suite struct RepeatKeys {
    private static func file(_ repeats: String, agents more: String = "") -> String {
        "workflow: w\nrepeat: [\(repeats)]\nagents:\n"
            + "- {name: draft, uses: command, command: [x], role: {writes: [artifacts.patch]}}\n"
            + "- {name: test, uses: command, command: [x], role: {writes: [artifacts.passed]}, needs: [draft]}\n" + more
    }

    private static let other = "- {name: other, uses: command, command: [x]}\n"

    @Test func repeatIsReadWithItsAgentsItsConditionAndItsRounds() throws {
        let spec = try job(
            Self.file("{name: fix, agents: [draft, test], until: {equals: {artifacts.passed: true}}, at_most: 5}"))
        #expect(
            spec.repeats == [
                Repeat("fix", agents: ["draft", "test"], until: .equals("artifacts.passed", true), atMost: 5)
            ])
        let short = try job(Self.file("{name: fix, agents: [draft], until: {exists: artifacts.passed}}"))
        #expect(short.repeats.first?.atMost == 3)
        #expect(try job(Self.file("")).repeats == [])
    }

    /// The members of a repeat that begin in column 11 of line 2, and what is said of line 2 from a column on.
    @Test(arguments: [
        (
            "agents: [draft], until: {exists: artifacts.passed}",
            "10: repeat[0]: the key 'name' is missing"
        ),
        ("name: fix, agents: [draft]", "10: repeat[0]: the key 'until' is missing"),
        (
            "name: fix, agents: [], until: {exists: artifacts.passed}",
            "30: repeat[0].agents: the list is empty; write a list of agents' names"
        ),
        (
            "name: fix, agents: [drat, test], until: {exists: artifacts.passed}",
            "31: repeat[0].agents[0]: there is no agent 'drat'; did you mean 'draft'?"
        ),
        (
            "name: fix, agents: [draft, draft], until: {exists: artifacts.passed}",
            "38: repeat[0].agents[1]: 'draft' stands in this list twice"
        ),
        (
            "name: fix, agents: [draft], until: {exists: artifacts.pased}",
            "46: repeat[0].until: no agent of this job may write artifacts.pased, so this can never hold; did you mean "
                + "'artifacts.passed'?"
        ),
        (
            "name: fix, agents: [draft], until: {exists: artifacts.passed}, at_most: 101",
            "83: repeat[0].at_most: 101 is out of range; it must be from 1 to 100"
        ),
        (
            "name: fix, agents: [draft], until: {exists: artifacts.passed}, max_rounds: 3",
            "74: repeat[0].max_rounds: unknown key; did you mean 'at_most'?"
        ),
        (
            "name: fix, agents: [draft], until: {exists: artifacts.passed}}, "
                + "{name: fix, agents: [test], until: {exists: artifacts.passed}",
            "82: repeat[1].name: another repeat is called 'fix' already, in line 2"
        ),
        (
            "name: fix, agents: [draft], until: {exists: artifacts.passed}}, "
                + "{name: mend, agents: [test, draft], until: {exists: artifacts.passed}",
            "103: repeat[1].agents[1]: agent 'draft' is in the repeat 'fix' in line 2 already; an agent is in one repeat at "
                + "most"
        ),
    ])
    func mistakesInARepeatAreToldWhereTheyStand(_ members: String, _ expected: String) {
        #expect(mistakes(in: Self.file("{\(members)}")) == ["x.yaml:2:\(expected)"])
    }

    @Test func fallbackOutsideOfItsAgentsRepeatIsToldAtTheFallback() {
        let found = mistakes(
            in: Self.file(
                "{name: fix, agents: [draft, test, late], until: {exists: artifacts.passed}}",
                agents: "- {name: late, uses: command, command: [x], fallback: other}\n" + Self.other))
        #expect(
            found == [
                "x.yaml:6:55: agents[2].fallback: a fallback takes its agent's place within the round, but 'other' is not in "
                    + "the repeat 'fix'; name both among the repeat's agents"
            ])
    }

    @Test func circleThatLeadsThroughARepeatIsToldAtTheNeedThatClosesIt() {
        let found = mistakes(
            in: Self.file(
                "{name: fix, agents: [draft, test, late], until: {exists: artifacts.passed}}",
                agents: "- {name: late, uses: command, command: [x], needs: [other]}\n"
                    + "- {name: other, uses: command, command: [x], needs: [draft]}\n"))
        #expect(found.count == 1, "\(found)")
        #expect(found.first?.contains("in a circle") == true, "\(found)")
        #expect(found.first?.contains("repeat 'fix'") == true, "\(found)")
        #expect(found.first?.hasPrefix("x.yaml:7:54: agents[3].needs[0]: ") == true, "\(found)")
    }

    @Test func agentsOfARepeatMayShareAFieldThatIsReplacedWhenNeedsOrderThem() {
        let plan = "- {name: one, uses: command, command: [x], role: {writes: [plan]}}\n"
        let fields = "fields: {plan: {merge: replace}}\n"
        let loop = "{name: fix, agents: [one, two], until: {exists: plan}}"
        func two(_ needs: String) -> String {
            "- {name: two, uses: command, command: [x], role: {writes: [plan]}\(needs)}\n"
        }
        #expect(mistakes(in: fields + Self.file(loop, agents: plan + two(", needs: [one]"))) == [])
        #expect(mistakes(in: fields + Self.file(loop, agents: plan + two(""))).count == 1)
    }
}
