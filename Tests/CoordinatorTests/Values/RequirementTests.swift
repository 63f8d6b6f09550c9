import Coordinator
import Testing

/// The requirements of a task, as they are written and as they stand on the blackboard.
@Suite struct Requirements {
    private static let task = JobTask(
        requirements: ["fast", Requirement("small", verify: [["du", "-s"], ["make", "test"]])],
        validation: [["make", "test"], ["make", "test"], ["true"]])

    @Test func requirementIsASentenceOrASentenceWithCommands() throws {
        let context = JobContext(id: "r", task: Self.task)
        let value = try #require(context.snapshot.value(at: "task.requirements"))
        #expect(value == ["fast", ["text": "small", "verify": [["du", "-s"], ["make", "test"]]]])
        #expect(try context.snapshot.value(for: ContextKey<JobTask>.task) == Self.task)
        #expect(try JSONValue(encoding: Self.task)["requirements"] == value)
        #expect("\(Self.task.requirements[0]) and \(Self.task.requirements[1])" == "fast and small")
    }

    @Test func requirementWithoutCommandsMayBeAnObject() throws {
        let value: JSONValue = ["requirements": [["text": "fast"]]]
        let task: JobTask = try value.decoded()
        #expect(task.requirements == ["fast"])
    }

    @Test func everyCommandOfATaskCountsOnce() {
        #expect(Self.task.commands == [["make", "test"], ["true"], ["du", "-s"]])
    }
}
