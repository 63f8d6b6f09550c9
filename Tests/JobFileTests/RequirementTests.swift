import Coordinator
import JobFile
import Testing

/// What a job is held against: requirements with the commands that verify them, and what the limits require.
@Suite struct RequirementKeysTests {
    private func requiring(_ condition: String, agents: String = "- {name: v, uses: validator}") -> String {
        "workflow: w\nlimits: {require: \(condition)}\nagents:\n\(agents)\n"
    }

    @Test func requirementIsASentenceOrAnObjectWithCommands() throws {
        let text = agent(
            "required: true",
            and: """
                task:
                  requirements:
                    - It is fast.
                    - {text: "It is small: really.", verify: [[du, -s], [make, size]]}
                    - {text: It is right.}
                """)
        let expected: [Requirement] = [
            "It is fast.", Requirement("It is small: really.", verify: [["du", "-s"], ["make", "size"]]),
            "It is right.",
        ]
        #expect(try job(text).task.requirements == expected)
    }

    @Test func overrideSetsRequirementsAndTheirCommands() throws {
        let text = agent("required: true", and: "task: {requirements: [{text: a, verify: [[x]]}]}")
        let set = try job(text, overrides: ["task.requirements=[fast, {text: small, verify: [[du, -s]]}]"])
        #expect(set.task.requirements == ["fast", Requirement("small", verify: [["du", "-s"]])])
        let changed = try job(text, overrides: ["task.requirements[0].verify=[[make, test]]"])
        #expect(changed.task.requirements == [Requirement("a", verify: [["make", "test"]])])
    }

    @Test(arguments: [
        ("{text: a, verfy: [[x]]}", "33: task.requirements[0].verfy: unknown key; did you mean 'verify'?"),
        ("{text: a, commands: [[x]]}", "33: task.requirements[0].commands: unknown key; did you mean 'verify'?"),
        ("{verify: [[x]]}", "23: task.requirements[0]: the key 'text' is missing"),
        (
            "{text: a, verify: [make test]}",
            "42: task.requirements[0].verify[0]: a command is never handed to a shell; write a list of arguments; "
                + "did you mean '[make, test]'?"
        ),
        (
            "{text: a, verify: []}",
            "41: task.requirements[0].verify: the list is empty; write a list of commands, each a list of arguments"
        ),
        (
            "Note: it works",
            "23: task.requirements[0]: a sentence that holds ': ' goes in quotes; did you mean '\"Note: it works\"'?"
        ),
        ("7", "23: task.requirements[0]: expected text, found the number 7; did you mean '\"7\"'?"),
        ("''", "23: task.requirements[0]: the text is empty"),
    ])
    func mistakesInRequirementsAreToldWithTheirPlace(requirement: String, expected: String) {
        let text = agent("required: true", and: "task: {requirements: [\(requirement)]}")
        #expect(mistakes(in: text) == ["x.yaml:2:\(expected)"])
    }

    @Test func taskNamesNoMoreCommandsThanCanBeRun() {
        func text(_ count: Int) -> String {
            let commands = (0..<count).map { "[c\($0)]" }.joined(separator: ", ")
            return agent(
                "required: true",
                and: "task: {validation: [\(commands)], requirements: [{text: a, verify: [[c0], [d]]}]}")
        }
        #expect(mistakes(in: text(99)).isEmpty)
        #expect(
            mistakes(in: text(100)) == [
                "x.yaml:2:7: task: the task names 101 different commands; at most 100 can be run, so put several into one script"
            ])
    }

    @Test(
        arguments: [
            ("{equals: {artifacts.validation.passed: true}}", .equals("artifacts.validation.passed", true)),
            (
                "{equals: {path: artifacts.validation.passed, value: true}}",
                .equals("artifacts.validation.passed", true)
            ),
            (
                "{equals: {artifacts.tests: 1, artifacts.checklist: null}}",
                .all([.equals("artifacts.tests", 1), .equals("artifacts.checklist", .null)])
            ),
            ("{one_of: {artifacts.tests: [1, 2]}}", .oneOf("artifacts.tests", [1, 2])),
            ("{one_of: {path: artifacts.tests, values: [1, 2]}}", .oneOf("artifacts.tests", [1, 2])),
            (
                "{equals: {'artifacts.tests[\"a.b\"]': x}}",
                .equals(ContextPath(segments: ["artifacts", "tests", "a.b"]), "x")
            ),
            ("{not: {equals: {artifacts.tests: 0}}}", .not(.equals("artifacts.tests", 0))),
        ] as [(String, Condition)])
    func jobMayRequireAnyConditionAtItsEnd(text: String, condition: Condition) throws {
        #expect(try job(requiring(text)).limits.require == condition)
        #expect(try job(agent("when: \(text)")).agents[0].condition == condition)
    }

    @Test(arguments: [
        (
            "{equals: {pth: artifacts.tests, value: 1}}",
            "29: limits.require.equals.pth: unknown key; did you mean 'path'?"
        ),
        (
            "{equals: {path: artifacts.tests, valeu: 1}}",
            "52: limits.require.equals.valeu: unknown key; did you mean 'value'?"
        ),
        (
            "{equals: {'artifacts tests': 1}}",
            "29: limits.require.equals[\"artifacts tests\"]: 'artifacts tests' is not a context path: expected '.' or '[' at "
                + "character 10; write dotted names, and other segments as [\"text\"]"
        ),
        ("{equals: true}", "28: limits.require.equals: expected an object with path and value, found the boolean true"),
        (
            "{one_of: {artifacts.tests: 1}}",
            "46: limits.require.one_of[\"artifacts.tests\"]: expected a list of values, found the number 1; did you mean '[1]'?"
        ),
        ("{exist: artifacts.tests}", "20: limits.require.exist: unknown key; did you mean 'exists'?"),
        (
            "{equals: {artifacts.validaton.passed: true}}",
            "19: limits.require: no agent of this job may write artifacts.validaton.passed, so this can never hold; "
                + "did you mean 'artifacts.validation'?"
        ),
        (
            "{exists: findings}",
            "19: limits.require: no agent of this job may write findings, so this can never hold; they may write "
                + "artifacts.checklist, artifacts.tests, artifacts.validation"
        ),
    ])
    func mistakesInConditionsAreToldWithTheirPlace(condition: String, expected: String) {
        let found = mistakes(in: requiring(condition))
        #expect(found.contains("x.yaml:2:\(expected)"), "\(found)")
    }

    /// What may come to stand on the blackboard is not refused: what the file puts there, what agents may write, and all
    /// where the roles are not known before agents are found.
    @Test(arguments: [
        ("{exists: artifacts.code.x}", "- {name: v, uses: validator}"),
        ("{exists: artifacts.code_skipped}", "- {name: v, uses: validator}"),
        ("{exists: agents.v}", "- {name: v, uses: validator}"),
        ("{exists: artifacts}", "- {name: v, uses: validator}"),
        ("{exists: artifacts.lint.clean}", "- {name: lint, uses: command, command: [x]}"),
        ("{exists: artifacts.a.b}", "- {name: v, uses: validator, role: {writes: ['artifacts.*.b']}}"),
        ("{exists: artifacts.deep}", "- {name: v, uses: validator, role: {writes: [artifacts.deep.below]}}"),
        ("{exists: artifacts.odd}", "- {name: v, uses: {capability: any}}"),
        ("{not: {exists: artifacts.odd}}", "- {name: v, uses: validator}"),
        ("{any: [{exists: artifacts.odd}, {exists: artifacts.tests}]}", "- {name: v, uses: validator}"),
        ("{equals: {artifacts.odd: null}}", "- {name: v, uses: validator}"),
    ])
    func conditionThatMayHoldIsAccepted(condition: String, agents: String) throws {
        let text = requiring(condition, agents: agents) + "artifacts: {code: {include: [a]}}\n"
        _ = try job(text)
    }

    @Test(arguments: [
        "{any: [{exists: artifacts.odd}, {equals: {artifacts.other: 1}}]}",
        "{all: [{exists: artifacts.tests}, {one_of: {artifacts.odd: [1, 2]}}]}",
    ])
    func conditionThatCanNeverHoldIsRefused(condition: String) {
        #expect(mistakes(in: requiring(condition)).first?.contains("may write artifacts.odd, so") == true)
    }
}
