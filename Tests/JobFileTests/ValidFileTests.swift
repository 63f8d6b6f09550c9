import Coordinator
import JobFile
import Testing

@Suite struct ValidFileTests {
    @Test func everyKeyOfTheContractIsRead() throws {
        let job = try job(
            """
            workflow: review
            task:
              description: Look at it
              requirements: [fast, "small"]
              validation: [[swift, build], [git, --version]]
            constraints: [no network]
            decisions: [{by: me, what: 1}, text]
            artifacts:
              code: {include: ["Sources/**"], exclude: ["*.md"]}
              version: 3
              notes: {kind: free, list: [1, 2.5, null, true]}
            limits: {concurrency: 8, timeout: 10m, budget: {tokens: 200000, cost_usd: 1.0, attempts: 50}, fail_fast: true,
                     quorum: {at_least: 2}}
            resources: {model: {concurrency: 4, rate: 60/min, breaker: {min_calls: 3}}}
            fields: {findings: {merge: append}, "notes.**": {merge: merge}}
            roles:
              reader: {reads: [task, "artifacts.**"], writes: [artifacts.notes], redact: [task.description]}
            agents:
              - name: collector
                uses: collector
                when: {exists: artifacts.code}
                required: false
                role: {reads: [task, artifacts.code], writes: [artifacts.context], redact: [{path: artifacts, match: "k.y"}]}
                timeout: 30s
                max_retries: 2
                idempotent: false
                max_recoveries: 7
                resource: model
                breaker: {min_calls: 10, failure_rate: 25%, window: 2m, open: 10s, open_cap: 1m, successes: 3}
                fallback: other
                slo: {success: 99%, latency: {p95: 25.6s}}
              - name: lint
                uses: command
                command: [python3, tools/lint.py]
                needs: [collector]
                role: reader
                timeouts: {attempt: 500ms, total: 1h30m, queue: 10s, idle: 100ms}
                retry: {max_retries: 1, initial: 1s, multiplier: 3, cap: 5s, jitter: 0.5}
              - name: remote
                uses: http
                url: http://127.0.0.1:9000/x
              - name: other
                uses: translator
            """, manifests: ["translator"])
        #expect(job.workflow == "review")
        #expect(
            job.task
                == JobTask(
                    description: "Look at it", requirements: ["fast", "small"],
                    validation: [["swift", "build"], ["git", "--version"]]))
        #expect(job.constraints == ["no network"])
        #expect(job.decisions == [["by": "me", "what": 1], "text"])
        #expect(job.artifacts["code"] == .files(include: ["Sources/**"], exclude: ["*.md"]))
        #expect(job.artifacts["version"] == .value(3))
        #expect(job.artifacts["notes"] == .value(["kind": "free", "list": [1, 2.5, nil, true]]))
        #expect(
            job.limits
                == JobLimits(
                    concurrency: 8, timeout: .seconds(600),
                    budget: JobLimits.Budget(tokens: 200_000, costUSD: 1, attempts: 50), failFast: true, quorum: 2))
        #expect(
            job.resources["model"]
                == ResourceLimits(
                    concurrency: 4, rate: ResourceLimits.Rate(count: 60, per: .seconds(60)),
                    breaker: BreakerPolicy(minimumCalls: 3)))
        #expect(job.fields.map(\.pattern.description) == ["findings", "notes.**"])
        #expect(job.fields.map(\.merge) == [.append, .merge])

        let collector = job.agents[0]
        #expect(collector.uses == .standard("collector"))
        #expect(collector.condition == .exists("artifacts.code"))
        #expect(!collector.required && collector.idempotent == false)
        #expect(
            collector.role
                == Role(
                    name: "collector", reads: ["task", "artifacts.code"], writes: ["artifacts.context"],
                    redact: [Redaction("artifacts", match: "k.y")]))
        #expect(collector.timeouts == TimeoutPolicy(attempt: .seconds(30)))
        #expect(collector.retry == RetryPolicy(maxRetries: 2, jitter: 1))
        #expect(collector.maxRecoveries == 7)
        #expect(collector.resource == "model" && collector.fallback == "other")
        #expect(
            collector.breaker
                == BreakerPolicy(
                    failureRate: 0.25, window: .seconds(120), minimumCalls: 10, openFor: .seconds(10),
                    openCap: .seconds(60), successesToClose: 3))
        #expect(
            collector.objective == ServiceLevelObjective(success: 0.99, latencyP95: .milliseconds(25_600)))

        let lint = job.agents[1]
        #expect(lint.uses == .command(["python3", "tools/lint.py"]))
        #expect(lint.needs == ["collector"])
        #expect(
            lint.role
                == Role(
                    name: "reader", reads: ["task", "artifacts.**"], writes: ["artifacts.notes"],
                    redact: [Redaction("task.description")]))
        #expect(
            lint.timeouts
                == TimeoutPolicy(
                    attempt: .milliseconds(500), total: .seconds(5400), queue: .seconds(10), idle: .milliseconds(100)))
        #expect(
            lint.retry
                == RetryPolicy(maxRetries: 1, initial: .seconds(1), multiplier: 3, cap: .seconds(5), jitter: 0.5))
        #expect(job.agents[2].uses == .http(url: "http://127.0.0.1:9000/x"))
        #expect(job.agents[3].uses == .manifest("translator"))
    }

    @Test func absentKeysHaveTheirDefaults() throws {
        let job = try job(
            """
            workflow: w
            agents:
              - {name: collector, uses: collector}
              - {name: lint, uses: command, command: ["true"]}
              - {name: other, uses: translator}
            """, manifests: nil)
        #expect(job.task == JobTask())
        #expect(job.limits == JobLimits())
        let twoRetriesWithJitter = RetryPolicy(maxRetries: 2, jitter: 1)
        #expect(job.agents.map(\.retry) == [twoRetriesWithJitter, twoRetriesWithJitter, nil])
        #expect(job.agents[0].role == nil && job.agents[0].timeouts == nil && job.agents[0].required)
        #expect(job.agents[1].role == Role(name: "lint", reads: ["task"], writes: ["artifacts.lint"]))
        #expect(job.agents[2].role == nil)
    }

    @Test func conditionsNest() throws {
        let condition = try job(
            agent(
                """
                when: {all: [{not: {exists: task.description}}, {any: [{equals: {path: artifacts.kind, value: a}},
                {one_of: {path: 'artifacts["x y"]', values: [1, b, null]}}]}]}
                """)
        ).agents[0].condition
        #expect(
            condition
                == .all([
                    .not(.exists("task.description")),
                    .any([
                        .equals("artifacts.kind", "a"),
                        .oneOf(ContextPath(segments: ["artifacts", "x y"]), [1, "b", nil]),
                    ]),
                ]))
    }

    @Test func totalBelowTheDefaultAttemptTimeoutLimitsTheAttempt() throws {
        let timeouts = try job(agent("timeouts: {total: 10s}")).agents[0].timeouts
        #expect(timeouts == TimeoutPolicy(attempt: .seconds(10), total: .seconds(10)))
    }

    @Test func jsonJobFileIsRead() throws {
        let text = """
            {
            \t"$schema": "job.schema.json",
            \t"workflow": "w", "task": {"description": "a\\/b \\u00e9"},
            \t"agents": [{"name": "a", "uses": "command", "command": ["x", "*"]}]
            }
            """
        let job = try job(text)
        #expect(job.task.description == "a/b é")
        #expect(job.agents[0].uses == .command(["x", "*"]))
    }

    @Test func windowsLineEndsAndAByteOrderMarkDoNotMatter() throws {
        let unix = "workflow: w\ntask:\n  description: |\n    one\n    two\nagents:\n- {name: a, uses: drafter}\n"
        let windows = "\u{FEFF}" + unix.replacing("\n", with: "\r\n")
        #expect(try job(windows) == job(unix))
        #expect(
            mistakes(in: windows.replacing("drafter", with: "drater")).first?.hasPrefix("x.yaml:7:19: agents[0].uses:")
                == true)
    }

    @Test func scalarTypesFollowTheYAMLCoreSchema() throws {
        let values = try job(
            "workflow: w\nartifacts: {v: [yes, on, 0x1F, 0o17, 1e3, .5, 007, 12:30, 2026-01-02, ~, 'true', '1', 1_0]}\n"
                + "agents: [{name: a, uses: collector}]"
        ).artifacts["v"]
        #expect(
            values
                == .value(["yes", "on", 31, 15, 1000.0, 0.5, 7, "12:30", "2026-01-02", nil, "true", "1", "1_0"]))
    }

    @Test func shippedExamplesAreValid() throws {
        for name in try Examples.names() {
            // One of them uses agents whose manifests are beside it.
            let job = try JobFileReader.read(
                Examples.bytes(of: name), file: name,
                options: .init(manifests: name == "agents.yaml" ? ["todos", "words"] : [])
            ).get()
            #expect(!job.agents.isEmpty)
        }
        let parallel = try JobFileReader.read(Examples.bytes(of: "parallel.yaml"), file: "parallel.yaml").get()
        #expect(parallel.agents.map(\.name) == ["collector", "drafter", "validator"])
        #expect(parallel.agents.flatMap(\.needs).isEmpty)
        let chain = try JobFileReader.read(Examples.bytes(of: "chain.yaml"), file: "chain.yaml").get()
        #expect(chain.agents.map(\.needs) == [[], ["collector"], ["drafter"]])
    }
}
