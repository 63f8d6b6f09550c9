import Coordinator
import JobFile
import Testing

/// What a run refuses of agents that do not fit together is found as the file is read.
@Suite struct PlanMistakes {
    private func found(_ agents: String, and more: String = "", _ surroundings: JobSurroundings = .init()) -> [String] {
        let options = JobFileReader.Options(manifests: nil, surroundings: surroundings)
        let text = "workflow: w\n\(more)\nagents:\n\(agents)\n"
        guard case .failure(let failure) = JobFileReader.read(text, file: "x.yaml", options: options) else { return [] }
        return failure.problems.map(\.description)
    }

    private static func writer(_ name: String, _ writes: String, _ more: String = "") -> String {
        "- {name: \(name), uses: command, command: [x], role: {writes: [\(writes)]}\(more)}\n"
    }

    @Test func twoWritersOfOneFieldAreNamedWithTheFieldAsTheFileHasIt() {
        #expect(
            found(Self.writer("a", "artifacts.x") + Self.writer("b", "artifacts.y, artifacts.x")) == [
                "x.yaml:5:71: agents[1].role.writes[1]: agents 'a' and 'b' may both write artifacts.x, whose merge rule is "
                    + "single_writer; narrow the writes of one, or give the field a merge rule such as append or merge"
            ])
        let other = found(Self.writer("a", "artifacts.x.y") + Self.writer("b", "'artifacts.*'"))
        #expect(
            other.count == 1
                && other[0].contains("agents 'a' and 'b' may both write one field (artifacts.x.y and artifacts.*)"))
    }

    @Test func orderByNeedsAndRulesThatFoldLetTwoAgentsWrite() {
        let replace = "fields: {plan: {merge: replace}}"
        let append = "fields: {plan: {merge: append}}"
        #expect(found(Self.writer("a", "plan") + Self.writer("b", "plan", ", needs: [a]"), and: replace) == [])
        #expect(found(Self.writer("a", "plan") + Self.writer("b", "plan"), and: append) == [])
        #expect(found(Self.writer("a", "plan", ", fallback: b") + Self.writer("b", "plan")) == [])
        let unordered = found(Self.writer("a", "plan") + Self.writer("b", "plan"), and: replace)
        #expect(unordered.count == 1 && unordered[0].contains("order them with needs"), "\(unordered)")
        // A field with one writer has one, in whatever order.
        #expect(found(Self.writer("a", "plan") + Self.writer("b", "plan", ", needs: [a]")).count == 1)
    }

    @Test func everyCollisionIsFoundAtOnceBesideOtherMistakes() {
        let agents =
            Self.writer("a", "x, y") + Self.writer("b", "x") + Self.writer("c", "y")
            + Self.writer("d", "z", ", neds: []")
            + Self.writer("e", "z")
        let problems = found(agents)
        #expect(problems.count == 4, "\(problems)")
        #expect(problems.filter { $0.contains("may both write") }.count == 3, "\(problems)")
    }

    /// Each pair of fields that meet tells of pairs across the two, since those within one are told of it by itself.
    @Test func aCollisionIsToldOnceAndHidesNoOther() {
        let replace = "fields: {plan.*: {merge: replace}}"
        let agents = Self.writer("a", "plan.x") + Self.writer("b", "plan.x") + Self.writer("c", "'plan.*'")
        let problems = found(agents, and: replace)
        #expect(problems.count == 2, "\(problems)")
        #expect(problems.contains { $0.contains("'a' and 'b' may both write plan.x, ") }, "\(problems)")
        #expect(
            problems.contains { $0.contains("and 'c' may both write one field (plan.x and plan.*)") }, "\(problems)"
        )
    }

    @Test func anAgentThatRequiresNamesIsCheckedAgainstTheRolesThatAgentsWillHave() {
        let known = JobSurroundings(role: { _, agent in Role.leastPrivilege(agent: agent) })
        let require = "limits: {require: {exists: artifacts.lnit}}"
        #expect(found("- {name: lint, uses: lint}\n", and: require) == [])
        let problems = found("- {name: lint, uses: lint}\n", and: require, known)
        #expect(
            problems.count == 1 && problems[0].contains("no agent of this job may write artifacts.lnit"), "\(problems)")
        #expect(found("- {name: lint, uses: lint}\n", and: "limits: {require: {exists: artifacts.lint}}", known) == [])
    }

    @Test func agentsThatShipAndAgentsOfARoleByNameCollideToo() {
        let shipped = found("- {name: a, uses: drafter}\n- {name: b, uses: drafter}\n")
        #expect(
            shipped.count == 2 && shipped.allSatisfy { $0.hasPrefix("x.yaml:5:10: agents[1].name: ") }, "\(shipped)")
        let named = found(
            "- {name: a, uses: command, command: [x], role: r}\n- {name: b, uses: command, command: [x], role: r}\n",
            and: "roles: {r: {writes: [plan]}}")
        #expect(named.count == 1 && named[0].hasPrefix("x.yaml:5:48: agents[1].role: "), "\(named)")
    }

    @Test func theRoleOfAnAgentThatWasFoundCountsAndOneOfAnUnknownAgentDoesNot() {
        let agents = "- {name: a, uses: lint}\n- {name: b, uses: lint}\n"
        #expect(found(agents) == [])
        let known = JobSurroundings(role: { _, _ in Role(name: "r", writes: ["artifacts.lint"]) })
        #expect(found(agents, known).count == 1)
    }

    /// An agent waits for the fallbacks of those it needs, and a fallback for the agent it may replace.
    @Test func aCircleThroughNeedsAndFallbacksIsFoundAtAFallback() {
        #expect(
            found("- {name: p, uses: collector, fallback: q, needs: [q]}\n- {name: q, uses: command, command: [x]}")
                == [
                    "x.yaml:4:40: agents[0].fallback: agents wait for each other in a circle: p -> q -> p; an agent waits for "
                        + "those it needs and for their fallbacks, and a fallback waits for the agent it may replace"
                ])
        let own = found(
            "- {name: p, uses: collector, fallback: q}\n- {name: q, uses: command, command: [x], needs: [p]}")
        #expect(
            own.count == 1 && own[0].hasPrefix("x.yaml:5:50: agents[1].needs[0]: agents wait for each other"), "\(own)")
    }

    @Test func modelsAndResourcesThatCannotBeHadHereAreToldWhereTheFileNamesThem() {
        let surroundings = JobSurroundings(
            modelFaults: { names in Dictionary(uniqueKeysWithValues: names.map { ($0, "'\($0)' is not here") }) },
            resourceFaults: { $0.mapValues { _ in "is known otherwise" } })
        #expect(
            found("- {name: a, uses: collector, model: m}\n", and: "resources: {r: {concurrency: 1}}", surroundings)
                == [
                    "x.yaml:2:13: resources.r: is known otherwise", "x.yaml:4:37: agents[0].model: 'm' is not here",
                ])
        #expect(found("- {name: a, uses: collector, model: none}\n", surroundings) == [])
    }

    @Test func moreArtifactsOfFilesThanAJobMayHaveAreFound() {
        let files = (0..<102).map { "f\($0): {include: [a]}" }.joined(separator: ", ")
        let problems = found("- {name: a, uses: collector}\n", and: "artifacts: {v: 1, \(files)}")
        #expect(problems.count == 2 && problems[0].contains("artifacts.f100: at most 100 artifacts"), "\(problems)")
    }
}

extension PlanMistakes {
    private func found(_ agents: String, _ surroundings: JobSurroundings) -> [String] {
        found(agents, and: "", surroundings)
    }
}
