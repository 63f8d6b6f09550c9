import Coordinator
import Foundation
import TestSupport
import Testing

/// `coordinator doctor`: ✓ stands only before what was seen to work.
@Suite("Doctor", .timeLimit(.minutes(10))) struct DoctorTests {
    /// The findings by name, and how the command ended.
    private func doctor(
        _ arguments: [String] = [], environment: [String: String] = [:], in folder: URL? = nil
    ) async throws -> (findings: JSONObject, run: Program) {
        let repository = try await Repository()
        let run = try await Program.run(
            CoordinatorProgram.url, ["doctor", "--output", "json"] + arguments,
            // What this machine's sandbox can do is not what these tests are about.
            environment: environment.merging(["COORDINATOR_SANDBOX": "none"]) { $1 },
            in: folder ?? repository.folder.url)
        let findings = try JSONValue(json: run.standardOutput.utf8)["findings"]?.arrayValue ?? []
        #expect(!run.output.contains("s3cr3t"), "\(run.output)")
        return (findings.reduce(into: [:]) { $0[$1["name"]?.stringValue ?? ""] = $1 }, run)
    }

    private func state(_ finding: JSONValue?) -> String { finding?["state"]?.stringValue ?? "none" }
    private func detail(_ finding: JSONValue?) -> String { finding?["detail"]?.stringValue ?? "" }

    @Test(
        arguments: [
            ("echo 'cannot load its libraries' >&2; exit 127", "exit status 127: cannot load its libraries"),
            ("exit 3", "exit status 3 without a word"), ("kill -9 $$", "signal 9"),
            ("echo usage: git", "does not name git version: usage: git"),
        ])
    func programThatDoesNotWorkIsReportedWithItsWords(script: String, says: String) async throws {
        let programs = try TemporaryFolder()
        for name in ["git", "ctags"] {
            // Written by another process: a file that this one has open cannot be started.
            let made = try await Program.run(
                command: "sh", ["-c", "printf '#!/bin/sh\\n%s\\n' \"$1\" >\(name); chmod +x \(name)", "sh", script],
                in: programs.url)
            #expect(made.status == 0)
        }
        let path = "\(programs.url.path):\(ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin")"
        let (findings, run) = try await doctor(environment: ["PATH": path])
        #expect(run.status == 1)
        #expect(state(findings["git"]) == "failed" && detail(findings["git"]).contains(says), "\(findings)")
        #expect(findings["git"]?["remedy"]?.stringValue?.contains("does not work") == true)
        #expect(state(findings["workspace"]) == "unchecked")
        #expect(state(findings["ctags"]) == "unchecked", "runs do without it")
    }

    @Test(
        arguments: [
            (ScriptedAnswer(404, body: "<html>nothing here</html>"), "unchecked", "the address answered 404"),
            (ScriptedAnswer(405), "unchecked", "the address answered 405"),
            (ScriptedAnswer(200, headers: [("Content-Type", "text/html")], body: "<html>"), "failed", "something else"),
            (ScriptedAnswer(200, body: "{\"error\":\"no\"}"), "failed", "something else"),
            (ScriptedAnswer(200, body: "{\"data\":[]}"), "unchecked", "lists no models"),
            (ScriptedAnswer(200, body: "{\"data\":[{\"id\":\"other\"}]}"), "failed", "does not list it; it has other"),
            (ScriptedAnswer(401), "failed", "does not take the key"), (ScriptedAnswer(500), "failed", "answers 500"),
            (ScriptedAnswer(301, headers: [("Location", "/x")]), "failed", "answers 301"),
            (ScriptedAnswer(200, body: "{\"data\":[{\"id\":\"wanted\"}]}"), "ok", "lists it"),
        ])
    func modelIsFineOnlyWhenItsServiceListsIt(answer: ScriptedAnswer, expected: String, says: String) async throws {
        let server = try await ScriptedServer(answer)
        let (findings, run) = try await doctor(
            ["--model", "openai/wanted"],
            environment: ["OPENAI_BASE_URL": server.url("/v1"), "OPENAI_API_KEY": "s3cr3t"])
        #expect(state(findings["model"]) == expected, "\(findings)")
        #expect(detail(findings["model"]).contains(says), "\(findings)")
        #expect(run.status == (expected == "failed" ? 1 : 0))
        #expect((findings["model"]?["remedy"]?.stringValue?.isEmpty == false) == (expected != "ok"))
    }

    @Test func pricesAreNamedWithWhereTheyComeFrom() async throws {
        let shipped = try await doctor().findings["prices"]
        #expect(state(shipped) == "ok" && detail(shipped).wholeMatch(of: /list prices of \d{4}-\d\d-\d\d/) != nil)
        let folder = try TemporaryFolder()
        let file = folder.url.appendingPathComponent("prices.json")
        try #"{"mine": {"input": 1.5, "output": 6}, "painter": {"mode": "image_generation", "litellm_provider": "x"}}"#
            .write(to: file, atomically: true, encoding: .utf8)
        let environment = ["COORDINATOR_MODEL_PRICES": file.path, "OPENAI_BASE_URL": "http://127.0.0.1:9/v1"]
        let mine = try await doctor(["--model", "mine"], environment: environment).findings["prices"]
        let says = """
            a million tokens of mine cost 1.5 USD in prompts and 6.0 in answers, by 1 price of \(file.path), which has 1 \
            entry without a price of tokens, and list prices of
            """
        #expect(state(mine) == "ok" && detail(mine).hasPrefix(says), "\(mine ?? .null)")
        let other = try await doctor(["--model", "other"], environment: environment).findings["prices"]
        #expect(state(other) == "off" && detail(other).hasPrefix("other has none in 1 price of"), "\(other ?? .null)")
        try "[]".write(to: file, atomically: true, encoding: .utf8)
        let broken = try await doctor(environment: environment)
        #expect(state(broken.findings["prices"]) == "failed" && broken.run.status == 1)
        #expect(detail(broken.findings["prices"]).contains("COORDINATOR_MODEL_PRICES, \(file.path)"))
    }

    @Test(
        arguments: [
            (ScriptedAnswer(), "ok", "takes traces, metrics and logs"), (ScriptedAnswer(202), "ok", "takes traces"),
            (ScriptedAnswer(200, body: "{}"), "ok", "takes traces"),
            (ScriptedAnswer(200, body: "<html>"), "failed", "nothing there speaks OTLP"),
            (ScriptedAnswer(401), "failed", "OTEL_EXPORTER_OTLP_HEADERS"),
            (ScriptedAnswer(503), "failed", "answered 503"),
            (ScriptedAnswer(404), "failed", "check the endpoint's path"),
            (
                ScriptedAnswer(302, headers: [("Location", "https://u:s3cr3t@h/")]), "failed",
                "final address, here https://h/"
            ),
            (.act(.garbage), "failed", "is not HTTP"),
        ])
    func collectorIsFineOnlyWhenItAnswersAsOne(answer: ScriptedAnswer, expected: String, says: String) async throws {
        let server = try await ScriptedServer(answer)
        let (findings, run) = try await doctor(
            environment: ["OTEL_EXPORTER_OTLP_ENDPOINT": "http://user:s3cr3t@127.0.0.1:\(server.port)"])
        #expect(state(findings["collector"]) == expected, "\(findings)")
        #expect(detail(findings["collector"]).contains(says), "\(findings)")
        #expect(detail(findings["collector"]).contains("http://127.0.0.1:\(server.port)"))
        #expect(run.status == (expected == "ok" ? 0 : 1))
        #expect(
            Set(try server.requests().map(\.path)).isSuperset(of: ["/v1/traces", "/v1/metrics", "/v1/logs"]))
    }

    @Test func everyEnabledSignalIsChecked() async throws {
        let good = try await ScriptedServer(ScriptedAnswer())
        let bad = try await ScriptedServer(ScriptedAnswer(403))
        let environment = [
            "OTEL_EXPORTER_OTLP_ENDPOINT": good.url(""), "OTEL_EXPORTER_OTLP_METRICS_ENDPOINT": bad.url("/m?k=s3cr3t"),
        ]
        let (findings, _) = try await doctor(environment: environment)
        #expect(state(findings["collector"]) == "failed")
        #expect(detail(findings["collector"]).contains("\(bad.url("/m")) answered 403"))
        #expect(detail(findings["collector"]).hasSuffix("(metrics)"))
        let (without, _) = try await doctor(environment: environment.merging(["OTEL_METRICS_EXPORTER": "none"]) { $1 })
        #expect(detail(without["collector"]).hasSuffix("takes traces and logs"), "\(without)")
    }

    @Test func foldersMustBeWritableNotJustNamed() async throws {
        let repository = try await Repository()
        try repository.write(Data("a file".utf8), to: ".coordinator")
        try repository.write(Data("a file".utf8), to: "agents")
        let (findings, run) = try await doctor(
            environment: ["COORDINATOR_SPOOL_DIR": "/proc/nothing/spool"], in: repository.folder.url)
        #expect(run.status == 1)
        for name in ["results", "spool", "agents"] { #expect(state(findings[name]) == "failed", "\(findings)") }
        let spool = repository.folder.file("new/spool").path
        let (well, _) = try await doctor(environment: ["COORDINATOR_SPOOL_DIR": spool])
        #expect(state(well["spool"]) == "ok" && state(well["results"]) == "ok")
        #expect(!FileManager.default.fileExists(atPath: repository.folder.file("new").path), "nothing is changed")
    }

    @Test func marksAreExplained() async throws {
        let help = try await CoordinatorProgram.run("doctor", "--help").standardOutput
        for mark in ["✓", "✗", "?", "–"] { #expect(help.contains(mark)) }
    }
}
