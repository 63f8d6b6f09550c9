import Coordinator
import JobFile
import Testing

/// `uses: approval` and the keys that go with it, and `notify:`.
@Suite struct ApprovalKeys {
    private static func file(_ keys: String, and more: String = "artifacts: {patch: text}") -> String {
        "workflow: w\n\(more)\nagents:\n- {name: a, uses: approval, \(keys)}\n"
    }

    @Test func everyKeyOfAnApprovalIsRead() throws {
        let read = try job(
            Self.file(
                "question: May it go?, choices: [go, stay], show: [artifacts.patch, task], timeout: 24h, on_timeout: stay"
            ))
        let agent = try #require(read.agents.first)
        let approval = ApprovalAgent(
            "May it go?", choices: ["go", "stay"], show: ["artifacts.patch", "task"], timeout: .seconds(24 * 3_600),
            onTimeout: "stay")
        #expect(agent.uses == .approval(approval))
        #expect(agent.role == Role(name: "a", reads: ["artifacts.patch", "task"], writes: ["decisions"]))
        #expect(agent.timeouts == TimeoutPolicy(attempt: nil) && agent.retry == RetryPolicy())
    }

    @Test func approvalWaitsAsLongAsTheJobUnlessToldOtherwise() throws {
        let agent = try #require(try job(Self.file("question: May it go?")).agents.first)
        #expect(agent.uses == .approval(ApprovalAgent("May it go?")))
        #expect(agent.breaker?.minimumCalls == .max)
    }

    @Test func approvalOfItemsMayShowItsItem() throws {
        let agent = try #require(
            try job(
                Self.file(
                    "question: q, for_each: artifacts.files, as: file, show: [file]", and: "artifacts: {files: [a]}")
            ).agents.first)
        #expect(agent.forEach?.name == "file")
    }

    /// The keys of an approval that begin in column 29 of line 4, and what is said from the column on.
    @Test(arguments: [
        ("show: []", "4:3: agents[0]: uses: approval needs the key 'question'"),
        ("question: ''", "4:39: agents[0].question: the text is empty"),
        (
            "question: q, role: drafter",
            "4:42: agents[0].role: the key 'role' means nothing for an approval: it reads what it shows and writes "
                + "decisions; remove it"
        ),
        (
            "question: q, max_retries: 2",
            "4:42: agents[0].max_retries: the key 'max_retries' means nothing for an approval: it asks once; remove it"
        ),
        (
            "question: q, idempotent: false",
            "4:42: agents[0].idempotent: the key 'idempotent' means nothing for an approval: asking does nothing that "
                + "could be done twice; remove it"
        ),
        (
            "question: q, command: [x]",
            "4:42: agents[0].command: the key 'command' goes with uses: command, not with uses: approval"
        ),
        (
            "question: q, model: ollama/x",
            "4:42: agents[0].model: the key 'model' goes with collector, drafter, validator, model, not with uses: approval"
        ),
        (
            "question: q, on_timeout: reject",
            "4:42: agents[0].on_timeout: the key 'on_timeout' needs the key 'timeout', which says when"
        ),
        (
            "question: q, timeout: 1h, on_timeout: rejct",
            "4:67: agents[0].on_timeout: 'rejct' is none of the choices; did you mean 'reject'?"
        ),
        (
            "question: q, choices: [yes please]",
            "4:52: agents[0].choices[0]: a name is a letter or '_', then letters, digits, '_' and '-', at most 64 "
                + "characters in all"
        ),
        ("question: q, choices: [a, a]", "4:55: agents[0].choices[1]: the choice 'a' stands twice"),
        (
            "question: q, choices: []",
            "4:51: agents[0].choices: the list is empty; write a list of choices such as [approve, reject]"
        ),
        (
            "question: q, show: [artifacts.pach]",
            "4:49: agents[0].show[0]: no agent of this job may write artifacts.pach, so there will be nothing to show; they "
                + "may write decisions"
        ),
        ("question: q, shw: [task]", "4:42: agents[0].shw: unknown key; did you mean 'show'?"),
    ])
    func mistakeIsNamedWithItsPlace(keys: String, problem: String) {
        #expect(mistakes(in: Self.file(keys)) == ["x.yaml:\(problem)"])
    }

    @Test func listsAreBounded() {
        let choices = (0...ApprovalAgent.mostChoices).map { "c\($0)" }.joined(separator: ", ")
        #expect(
            mistakes(in: Self.file("question: q, choices: [\(choices)]"))
                == ["x.yaml:4:51: agents[0].choices: there are 21 choices, and may be 20"])
        let long = String(repeating: "q", count: ApprovalAgent.longestQuestion + 1)
        #expect(
            mistakes(in: Self.file("question: \(long)")) == [
                "x.yaml:4:39: agents[0].question: the question takes 2001 bytes, and may take 2000"
            ])
    }

    @Test func keysOfAnApprovalGoWithNoOtherAgent() {
        #expect(
            mistakes(in: agent("question: q, choices: [a], show: [task]")) == [
                "x.yaml:4:30: agents[0].question: the key 'question' goes with uses: approval, not with uses: collector",
                "x.yaml:4:43: agents[0].choices: the key 'choices' goes with uses: approval, not with uses: collector",
                "x.yaml:4:57: agents[0].show: the key 'show' goes with uses: approval, not with uses: collector",
            ])
    }

    @Test func conditionsMayBeOnSignals() throws {
        let read = try job(agent("when: {exists: signals.freeze}", and: "limits: {require: {exists: signals.done}}"))
        #expect(read.agents.first?.condition == .exists("signals.freeze"))
    }

    @Test func fieldsAndWritesOfSignalsAreRefused() {
        #expect(
            mistakes(in: agent("timeout: 1s", and: "fields: {signals.x: {merge: append}}")) == [
                "x.yaml:2:10: fields[\"signals.x\"]: 'signals.x' is where people's signals stand; choose another path, such "
                    + "as artifacts.signals.x"
            ])
        let writes = mistakes(in: agent("role: {writes: [signals.x]}"))
        #expect(
            writes.count == 1
                && writes[0].hasPrefix("x.yaml:4:46: agents[0].role.writes[0]: agent 'a' may write signals.x"))
    }

    @Test func conditionsMayBeOnDecisions() throws {
        func file(_ condition: String) -> String {
            Self.file("question: q") + "- {name: b, uses: collector, needs: [a], when: \(condition)}\n"
        }
        #expect(try job(file("{decided: {a: approve}}")).agents[1].condition == .decided("a", choice: "approve"))
        #expect(
            mistakes(in: file("{not: {decided: {a: aprove}}}")) == [
                "x.yaml:5:48: agents[1].when: 'aprove' is no choice of 'a'; did you mean 'approve'?"
            ])
        #expect(
            mistakes(in: file("{decided: {b: approve}}")) == [
                "x.yaml:5:48: agents[1].when: there is no approval 'b'; known are a"
            ])
        #expect(mistakes(in: file("{decided: approve}")).count == 1)
    }

    // MARK: notify

    private static func notifying(_ targets: String) -> String { agent("timeout: 1s", and: "notify: \(targets)") }

    @Test func placesToNotifyAreRead() throws {
        let read = try job(
            Self.notifying("[{command: [tell, ann], env: [TOKEN]}, {url: 'http://h/x', key_env: K}, {url: 'http://h'}]")
        )
        #expect(
            read.notify == [
                .command(["tell", "ann"], variables: ["TOKEN"]), .http(url: "http://h/x", keyVariable: "K"),
                .http(url: "http://h", keyVariable: nil),
            ])
    }

    @Test(arguments: [
        ("[{}]", "2:10: notify[0]: one of the keys 'command' and 'url' is missing"),
        (
            "[{command: [x], url: 'http://h'}]",
            "2:25: notify[0].url: command and url exclude each other; write two places to notify"
        ),
        (
            "[{command: [x], key_env: K}]",
            "2:25: notify[0].key_env: the key 'key_env' goes with url: what a command gets is not signed"
        ),
        (
            "[{url: 'http://h', env: [A]}]",
            "2:28: notify[0].env: the key 'env' goes with command: a service gets no variables"
        ),
        ("[{webhook: 'http://h'}]", "2:11: notify[0].webhook: unknown key; did you mean 'url'?"),
        (
            "[{url: 'http://h', key_env: 'K=secret'}]",
            "2:37: notify[0].key_env: 'K' is not a variable's name; values are not written here, they come from the "
                + "environment of coordinator"
        ),
    ])
    func mistakeOfAPlaceToNotifyIsNamed(targets: String, problem: String) {
        #expect(mistakes(in: Self.notifying(targets)).contains("x.yaml:\(problem)"))
    }

    @Test func placesToNotifyAreBounded() {
        let many = Array(repeating: "{url: 'http://h'}", count: NotificationTarget.most + 1).joined(separator: ", ")
        #expect(
            mistakes(in: Self.notifying("[\(many)]")) == [
                "x.yaml:2:9: notify: there are 11 places to notify, and may be 10"
            ])
    }

    @Test func keyThatIsNotThereIsNamedWithItsPlace() {
        let surroundings = JobSurroundings(missingVariables: { Set($0) })
        let text = Self.notifying("[{url: 'http://h', key_env: NOTIFY_KEY}]")
        let read = JobFileReader.read(text, file: "x.yaml", options: .init(surroundings: surroundings))
        guard case .failure(let problems) = read else {
            Issue.record("the job is taken without its key")
            return
        }
        #expect(
            problems.description
                == "x.yaml:2:37: notify[0].key_env: the environment has no variable NOTIFY_KEY, which is to "
                + "hold the key by which notices are signed")
    }
}
