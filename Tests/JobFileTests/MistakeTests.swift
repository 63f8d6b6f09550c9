import Testing

/// Each mistake with its line, column, path and suggestion.
@Suite struct MistakeTests {
    @Test func allMistakesAreReportedInOrder() {
        let text = """
            workflow: w
            agents:
              - name: a
                uses: colector
                timout: 5s
                max_retries: many
                needs: [bee, a]
              - {name: beer, uses: command, command: python3 tools/lint.py}
            """
        #expect(
            mistakes(in: text) == [
                "x.yaml:4:11: agents[0].uses: there is no such agent as 'colector'; did you mean 'collector'?",
                "x.yaml:5:5: agents[0].timout: unknown key; did you mean 'timeout'?",
                "x.yaml:6:18: agents[0].max_retries: expected a whole number, found the text 'many'",
                "x.yaml:7:13: agents[0].needs[0]: there is no agent 'bee'; did you mean 'beer'?",
                "x.yaml:7:18: agents[0].needs[1]: the agents need each other in a circle: a -> a",
                "x.yaml:8:42: agents[1].command: a command is never handed to a shell; write a list of arguments; did you mean '[python3, tools/lint.py]'?",
            ])
    }

    /// The keys of one agent that begin in column 30 of line 4, and what is said from that column on.
    @Test(arguments: [
        ("timeout: 30", "39: agents[0].timeout: a duration needs a unit: h, m, s, ms or us; did you mean '30s'?"),
        (
            "timeout: 30sec",
            "39: agents[0].timeout: '30sec' is not a duration; write 30s, 10m, 500ms or 1h30m, at most 8760h; did you mean '30s'?"
        ),
        ("timeout: 0s", "39: agents[0].timeout: the duration must be above zero"),
        (
            "timeout: 1s1h",
            "39: agents[0].timeout: '1s1h' is not a duration; write 30s, 10m, 500ms or 1h30m, at most 8760h"
        ),
        (
            "timeout: 9000h",
            "39: agents[0].timeout: '9000h' is not a duration; write 30s, 10m, 500ms or 1h30m, at most 8760h"
        ),
        ("timeout: ~", "39: agents[0].timeout: there is no value; write a duration such as 30s or remove the key"),
        (
            "timeout: 5s, timeouts: {}",
            "43: agents[0].timeouts: timeout and timeouts exclude each other; write timeouts: {attempt: …}"
        ),
        (
            "timeouts: {attempt: 30s, total: 10s}",
            "41: agents[0].timeouts.attempt: one attempt may take longer (30s) than the total allows"
        ),
        (
            "timeouts: {attempt: 1s, idle: 2s}",
            "54: agents[0].timeouts.idle: the idle limit is longer than the attempt may take; it could never act"
        ),
        (
            "max_retries: 1, retry: {}",
            "46: agents[0].retry: max_retries and retry exclude each other; write retry: {max_retries: …}"
        ),
        ("max_retries: -1", "43: agents[0].max_retries: -1 is out of range; it must be from 0 to 1000"),
        ("max_retries: 1.5", "43: agents[0].max_retries: expected a whole number, found the number 1.5"),
        ("retry: {jitter: 3}", "46: agents[0].retry.jitter: 3 is out of range; it must be from 0.0 to 1.0"),
        ("needs: b", "37: agents[0].needs: expected a list of agents' names, found the text 'b'; did you mean '[b]'?"),
        (
            "needs: [b, c]",
            "38: agents[0].needs[0]: there is no agent 'b'; known are a\n41: agents[0].needs[1]: there is no agent 'c'; known are a"
        ),
        ("depends_on: []", "30: agents[0].depends_on: unknown key; did you mean 'needs'?"),
        ("fallback: a", "40: agents[0].fallback: an agent cannot be its own fallback"),
        ("fallback: c", "40: agents[0].fallback: there is no agent 'c'; known are a"),
        ("resource: gpu", "40: agents[0].resource: there is no resource 'gpu'; the job declares none"),
        ("role: colector", "36: agents[0].role: there is no role 'colector'; did you mean 'collector'?"),
        ("role: {read: [task]}", "37: agents[0].role.read: unknown key; did you mean 'reads'?"),
        (
            "role: {writes: [a b]}",
            "46: agents[0].role.writes[0]: 'a b' is not a context path: expected '.' or '[' at character 2; write dotted names, and other segments as [\"text\"]"
        ),
        (
            "role: {redact: [{path: task, match: '('}]}",
            "66: agents[0].role.redact[0].match: '(' is not a regular expression: expected ')'"
        ),
        ("when: {exist: task}", "37: agents[0].when.exist: unknown key; did you mean 'exists'?"),
        (
            "when: {}",
            "36: agents[0].when: there is no condition; write one of exists, equals, one_of, decided, not, all, any"
        ),
        (
            "when: {exists: task, not: {exists: task}}",
            "51: agents[0].when.not: a condition has one operator; combine several with all: or any:"
        ),
        ("when: {equals: {path: task}}", "45: agents[0].when.equals: the key 'value' is missing"),
        (
            "slo: {success: 99}",
            "45: agents[0].slo.success: expected a percentage such as 99%, found the number 99; did you mean '99%'?"
        ),
        ("slo: {success: 100%}", "45: agents[0].slo.success: 100% is out of range; it must be above 0% and below 100%"),
        ("slo: {latency: {p99: 1s}}", "46: agents[0].slo.latency.p99: unknown key; did you mean 'p95'?"),
        ("required: yes", "40: agents[0].required: expected true or false, found the text 'yes'; did you mean 'true'?"),
        ("command: [x]", "30: agents[0].command: the key 'command' goes with uses: command, not with uses: collector"),
        (
            "breaker: {open: 2m, open_cap: 1m}",
            "50: agents[0].breaker.open_cap: the longest time open is shorter than the first (2m)"
        ),
    ])
    func agentMistakesAreReportedWithTheirLocation(_ keys: String, _ expected: String) {
        let wanted = expected.split(separator: "\n").map { "x.yaml:4:\($0)" }
        #expect(mistakes(in: agent(keys)) == wanted)
    }

    /// A line of the document, and what is said of it.
    @Test(arguments: [
        (
            "resources: {m: {rate: 60/minute}}",
            "23: resources.m.rate: '60/minute' is not a rate; write 5/s, 60/min or 1000/h; did you mean '60/min'?"
        ),
        ("resources: {m: {rate: 0/s}}", "23: resources.m.rate: '0/s' is not a rate; write 5/s, 60/min or 1000/h"),
        ("limits: {concurrency: 0}", "23: limits.concurrency: 0 is out of range; it must be from 1 to 100000"),
        ("limits: {quorum: {at_least: 3}}", "29: limits.quorum.at_least: 3 agents cannot succeed; the job has 1"),
        ("limits: {budget: {cost: 1}}", "19: limits.budget.cost: unknown key; did you mean 'cost_usd'?"),
        ("artifacts: {code: {inclde: [a]}}", "20: artifacts.code.inclde: unknown key; did you mean 'include'?"),
        ("artifacts: {code: {exclude: [a]}}", "19: artifacts.code: the key 'include' is missing"),
        (
            "artifacts: {c: {include: [/etc/x]}}",
            "27: artifacts.c.include[0]: '/etc/x' is not relative; patterns start at the workspace"
        ),
        (
            "artifacts: {c: {include: [../x]}}",
            "27: artifacts.c.include[0]: '../x' leaves the workspace; '..' is not allowed"
        ),
        (
            "task: {validation: [swift build]}",
            "21: task.validation[0]: a command is never handed to a shell; write a list of arguments; did you mean '[swift, build]'?"
        ),
        (
            "task: {validation: [[]]}",
            "21: task.validation[0]: the list is empty; write a list of arguments such as [git, --version]"
        ),
        (
            "fields: {a: {merge: apend}}",
            "21: fields.a.merge: 'apend' is none of single_writer, replace, append, union, merge; did you mean 'append'?"
        ),
        (
            "fields: {a: {merge: union}, '[\"a\"]': {merge: union}}",
            "29: fields[\"[\\\"a\\\"]\"]: the same path as the field in line 2"
        ),
        (
            "roles: {collector: {}}",
            "9: roles.collector: 'collector' is a standard role and cannot be changed; give yours another name"
        ),
        ("workflow: v", "1: workflow: this key stands already in line 1"),
    ])
    func documentMistakesAreReportedWithTheirLocation(_ line: String, _ expected: String) {
        #expect(mistakes(in: agent("required: true", and: line)) == ["x.yaml:2:\(expected)"])
    }

    @Test func missingKeysAreReported() {
        #expect(mistakes(in: "workflow: w") == ["x.yaml:1:1: the key 'agents' is missing"])
        #expect(
            mistakes(in: "agents: []") == [
                "x.yaml:1:1: the key 'workflow' is missing",
                "x.yaml:1:9: agents: the list is empty; write a list of agents",
            ])
        #expect(
            mistakes(in: "workflow: w\nagents: [{name: a, uses: command}, {name: b, uses: http}]") == [
                "x.yaml:2:10: agents[0]: uses: command needs the key 'command'",
                "x.yaml:2:36: agents[1]: uses: http needs the key 'url'",
            ])
    }

    @Test func duplicateNamesAndKeysAreReported() {
        let text = """
            workflow: w
            agents:
            - {name: a, "uses": drafter, 'uses': drafter}
            - {name: a, uses: drafter, uses: drafter, needs: [], needs: []}
            """
        #expect(
            mistakes(in: text) == [
                "x.yaml:3:30: agents[0].uses: this key stands already in line 3",
                "x.yaml:4:10: agents[1].name: another agent is called 'a' already, in line 3",
                "x.yaml:4:28: agents[1].uses: this key stands already in line 4",
                "x.yaml:4:54: agents[1].needs: this key stands already in line 4",
            ])
    }

    @Test func cyclesArePrinted() {
        let text = """
            workflow: w
            agents:
            - {name: a, uses: drafter, needs: [b], fallback: d}
            - {name: b, uses: drafter, needs: [x, c]}
            - {name: c, uses: drafter, needs: [a]}
            - {name: d, uses: drafter, needs: [d], fallback: a}
            - {name: x, uses: drafter}
            """
        #expect(
            mistakes(in: text) == [
                "x.yaml:3:36: agents[0].needs[0]: the agents need each other in a circle: a -> b -> c -> a",
                "x.yaml:3:50: agents[0].fallback: the fallbacks lead back to themselves in a circle: a -> d -> a",
                "x.yaml:6:36: agents[3].needs[0]: the agents need each other in a circle: d -> d",
            ])
    }
}
