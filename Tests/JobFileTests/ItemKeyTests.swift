import Coordinator
import Testing

/// `for_each` of an agent and the keys that go with it.
@Suite struct ItemKeys {
    private static let given = "artifacts: {files: [a, b, c]}\nfields: {findings: {merge: append}}"

    private static func file(_ keys: String, and more: String = given) -> String {
        "workflow: w\n\(more)\nagents:\n"
            + "- {name: a, uses: command, command: [x], role: {writes: [findings]}, \(keys)}\n"
    }

    @Test func everyKeyOfAnAgentWithItemsIsRead() throws {
        let text = Self.file(
            "for_each: artifacts.files, as: file, at_most: 40, concurrency: 8, quorum: {at_least: 95%}")
        let expected = ForEach(
            "artifacts.files", as: "file", atMost: 40, concurrency: 8, quorum: .atLeastShare(0.95))
        #expect(try job(text).agents.first?.forEach == expected)
        let short = try job(Self.file("for_each: artifacts.files"))
        #expect(short.agents.first?.forEach == ForEach("artifacts.files"))
        let counted = try job(Self.file("for_each: artifacts.files, quorum: {at_least: 2}"))
        #expect(counted.agents.first?.forEach?.quorum == .atLeast(2))
        #expect(try job(Self.file("required: true")).agents.first?.forEach == nil)
    }

    /// The keys of an agent that begin in column 70 of line 5, and what is said from that column on.
    @Test(arguments: [
        ("as: file", "70: agents[0].as: the key 'as' of an agent goes with for_each, which names a list"),
        (
            "quorum: {at_least: 2}",
            "70: agents[0].quorum: the key 'quorum' of an agent goes with for_each, which names a list"
        ),
        ("foreach: artifacts.files", "70: agents[0].foreach: unknown key; did you mean 'for_each'?"),
        (
            "for_each: artifacts.fils",
            "80: agents[0].for_each: no agent of this job may write artifacts.fils, so there will be nothing to run this "
                + "agent for; they may write findings"
        ),
        (
            "for_each: [a, b]",
            "80: agents[0].for_each: expected text, found a list"
        ),
        (
            "for_each: artifacts.files, as: task",
            "101: agents[0].as: an element cannot be called 'task', since every blackboard has a field of that name; "
                + "choose another, such as 'item'"
        ),
        (
            "for_each: artifacts.files, as: a b",
            "101: agents[0].as: 'a b' is no name for an element; write a letter or '_', then letters, digits, '_' and '-'"
        ),
        (
            "for_each: artifacts.files, at_most: 10001",
            "106: agents[0].at_most: 10001 is out of range; it must be from 1 to 10000"
        ),
        (
            "for_each: artifacts.files, at_most: 2",
            "80: agents[0].for_each: artifacts.files has 3 elements, but at_most allows 2"
        ),
        (
            "for_each: artifacts.files, quorum: {at_least: 0.95}",
            "116: agents[0].quorum.at_least: expected a percentage such as 99%, found the number 0.95; did you mean '95%'?"
        ),
        (
            "for_each: artifacts.files, quorum: {at_least: most}",
            "116: agents[0].quorum.at_least: expected a number of elements such as 38, or a share of them such as 95%, "
                + "found the text 'most'"
        ),
        (
            "for_each: artifacts.files, quorum: {at_least: 110%}",
            "116: agents[0].quorum.at_least: 110% is out of range; it must be above 0% and at most 100%"
        ),
        (
            "for_each: artifacts.files, at_most: 40, quorum: {at_least: 41}",
            "118: agents[0].quorum: 41 elements cannot succeed, since at_most lets the list have 40"
        ),
    ])
    func mistakesInTheKeysOfItemsAreToldWhereTheyStand(_ keys: String, _ expected: String) {
        #expect(mistakes(in: Self.file(keys)) == ["x.yaml:5:\(expected)"])
    }

    @Test(arguments: [
        (
            "artifacts: {files: 3}",
            "artifacts.files holds a value of kind integer; for_each runs over a list or an object"
        ),
        ("artifacts: {files: }", "artifacts.files holds a value of kind null; for_each runs over a list or an object"),
    ])
    func listThatTheFileGivesAndThatIsNoneIsFoundAsTheFileIsRead(
        _ artifacts: String, _ expected: String
    ) {
        let found = mistakes(
            in: Self.file("for_each: artifacts.files", and: artifacts + "\nfields: {findings: {merge: append}}"))
        #expect(found == ["x.yaml:5:80: agents[0].for_each: \(expected)"])
    }

    @Test func objectFilesOfTheWorkspaceAndWhatAnotherAgentWritesCanBeRunOver() {
        let fields = "\nfields: {findings: {merge: append}}"
        let each = "for_each: artifacts.files"
        #expect(mistakes(in: Self.file(each, and: "artifacts: {files: {b: 1, a: 2}}" + fields)) == [])
        #expect(mistakes(in: Self.file(each, and: "artifacts: {files: {include: [\"*\"]}}" + fields)) == [])
        let writer = "\n- {name: w, uses: command, command: [x], role: {writes: [artifacts.files]}}"
        #expect(mistakes(in: Self.file(each + ", needs: [w]", and: fields) + writer) == [])
        // Whoever may replace it may also make a list of it.
        #expect(mistakes(in: Self.file(each, and: "artifacts: {files: 3}" + fields) + writer) == [])
    }

    @Test func fieldThatSeveralItemsWouldWriteAsItsOneWriterIsRefusedWhereTheRoleNamesIt() {
        let found = mistakes(
            in: "workflow: w\nartifacts: {files: [a]}\nagents:\n"
                + "- {name: a, uses: command, command: [x], role: {writes: [artifacts.x]}, for_each: artifacts.files}\n"
                + "- {name: b, uses: command, command: [x], for_each: artifacts.files}\n"
                + "- {name: c, uses: drafter, for_each: artifacts.files}\n")
        #expect(found.count == 3, "\(found)")
        #expect(found.first?.hasPrefix("x.yaml:4:58: agents[0].role.writes[0]: agent 'a' runs once for each") == true)
        #expect(found.first?.contains("single_writer") == true, "\(found)")
        #expect(found.dropFirst().first?.hasPrefix("x.yaml:5:10: agents[1].name: ") == true, "\(found)")
        #expect(found.last?.hasPrefix("x.yaml:6:10: agents[2].name: ") == true, "\(found)")
    }

    @Test func fieldOfTheJobsOwnHidesNoElement() {
        let found = mistakes(in: Self.file("for_each: artifacts.files, as: findings"))
        #expect(found.count == 1, "\(found)")
        #expect(found.first?.hasPrefix("x.yaml:5:101: agents[0].as: ") == true, "\(found)")
    }
}
