import Coordinator
import Foundation
import JobFile
import Testing

/// The key `sandbox` of job files and manifests.
@Suite struct SandboxKeyTests {
    private func file(_ sandbox: String, uses: String = "command, command: [x]") -> String {
        "workflow: w\nagents:\n- {name: a, uses: \(uses), sandbox: \(sandbox)}\n"
    }

    private func options(home: String? = "/home/ann") -> JobFileReader.Options {
        JobFileReader.Options(manifests: ["lint"], surroundings: JobSurroundings(home: home))
    }

    private func policy(_ sandbox: String, uses: String = "command, command: [x]") throws -> SandboxPolicy? {
        try JobFileReader.read(file(sandbox, uses: uses), file: "x.yaml", options: options()).get().agents[0].sandbox
    }

    /// The mistakes of a file, each without the file's name.
    private func mistakes(_ sandbox: String, uses: String = "command, command: [x]", home: String? = "/home/ann")
        -> [String]
    {
        let read = JobFileReader.read(file(sandbox, uses: uses), file: "x.yaml", options: options(home: home))
        guard case .failure(let failure) = read else { return [] }
        return failure.problems.map { "\($0.path): \($0.message)" + ($0.suggestion.map { "; meant \($0)" } ?? "") }
    }

    @Test(
        arguments: [
            ("true", SandboxPolicy()), ("false", SandboxPolicy(level: SandboxLevel.unconfined)),
            ("none", SandboxPolicy(level: SandboxLevel.unconfined)), ("landlock", SandboxPolicy(level: .landlock)),
            ("bubblewrap", SandboxPolicy(level: .bubblewrap)), ("{}", SandboxPolicy()),
            (
                "{level: landlock, reads: [/srv/data/, ~/.swiftly], writes: [/var/cache/./x]}",
                SandboxPolicy(
                    level: .landlock, reads: ["/srv/data", "/home/ann/.swiftly"], writes: ["/var/cache/x"])
            ),
            (
                "{limits: {memory: 4GiB, processes: 7, cpu: 1m30s, file_size: 8192}}",
                SandboxPolicy(
                    limits: SandboxLimits(memory: 4 << 30, processes: 7, cpu: .seconds(90), fileSize: 8192))
            ),
            (
                "{limits: {memory: 16MiB, processes: 65536, cpu: 24h, file_size: 4KiB}}",
                SandboxPolicy(
                    limits: SandboxLimits(
                        memory: 16 << 20, processes: 65_536, cpu: .seconds(86_400), fileSize: 4096))
            ),
            ("{limits: {file_size: 1TiB}}", SandboxPolicy(limits: SandboxLimits(fileSize: 1 << 40))),
        ]) func everyFormOfTheKeyIsRead(text: String, policy: SandboxPolicy) throws
    {
        #expect(try self.policy(text) == policy)
        #expect(try self.policy(text, uses: "validator") == policy)
        #expect(try self.policy(text, uses: "lint") == policy)
        #expect(try self.policy(text, uses: "{capability: review}") == policy)
        let manifest = "{name: a, version: '1', command: [x], sandbox: \(text)}"
        let read = AgentManifestReader.read(Array(manifest.utf8), file: "a.yaml", home: "/home/ann")
        #expect(try read.get().sandbox == policy)
    }

    @Test func agentsWithoutTheKeyAreNotConfined() throws {
        let text = "workflow: w\nagents: [{name: a, uses: command, command: [x]}, {name: b, uses: validator}]"
        #expect(try JobFileReader.read(text, file: "x.yaml").get().agents.allSatisfy { $0.sandbox == nil })
    }

    @Test(
        arguments: [
            ("bubblwrap", "agents[0].sandbox: 'bubblwrap' is none of bubblewrap, landlock, none; meant bubblewrap"),
            ("yes", "agents[0].sandbox: expected true, false, bubblewrap, landlock, none"),
            ("'off'", "meant false"), ("3", "agents[0].sandbox: expected true, false"),
            ("[true]", "expected true, false"),
            ("", "agents[0].sandbox: there is no value"),
            (
                "{level: lndlock}",
                "agents[0].sandbox.level: 'lndlock' is none of bubblewrap, landlock, none; meant landlock"
            ),
            ("{read: [/a]}", "agents[0].sandbox.read: unknown key; meant reads"),
            ("{level: none, reads: [/a]}", "agents[0].sandbox.reads: the key 'reads' means nothing at level none"),
            ("{level: none, limits: {}}", "agents[0].sandbox.limits: the key 'limits' means nothing at level none"),
            ("{reads: /srv}", "agents[0].sandbox.reads: expected a list of paths"),
            ("{reads: [srv/data]}", "agents[0].sandbox.reads[0]: 'srv/data' is not absolute"),
            ("{reads: [~ann/x]}", "'~ann/x' is not absolute"),
            ("{writes: [/a/../b]}", "agents[0].sandbox.writes[0]: '/a/../b' goes up by '..'"),
            ("{reads: [~/../bob]}", "goes up by '..'"),
            ("{reads: [/]}", "agents[0].sandbox.reads[0]: '/' is the whole machine"),
            ("{reads: [//./]}", "is the whole machine"), ("{reads: ['']}", "the text is empty"),
            ("{reads: [\"/a\\nb\"]}", "a path holds no control characters"),
            ("{reads: [\"/a\\0b\"]}", "control characters"),
            ("{reads: [/a, /b, /a/]}", "agents[0].sandbox.reads[2]: the path '/a' stands twice"),
            (
                "{limits: {memory: 15MiB}}",
                "agents[0].sandbox.limits.memory: 15MiB is out of range; it must be from 16MiB to 1TiB"
            ),
            ("{limits: {memory: 2TiB}}", "out of range"), ("{limits: {memory: 1}}", "it must be from 16777216 to"),
            (
                "{limits: {memory: 2GB}}",
                "'2GB' is not a quantity of bytes; write 64MiB, 1GiB or a whole number of bytes; meant 2GiB"
            ),
            ("{limits: {memory: 1 gib}}", "meant 1GiB"), ("{limits: {memory: 1.5GiB}}", "is not a quantity of bytes"),
            ("{limits: {memory: -1GiB}}", "is not a quantity of bytes"),
            ("{limits: {memory: 9999999999999TiB}}", "is not a quantity of bytes"),
            ("{limits: {memory: 1.5}}", "expected a quantity of bytes"),
            (
                "{limits: {processes: 0}}",
                "agents[0].sandbox.limits.processes: 0 is out of range; it must be from 1 to 65536"
            ),
            ("{limits: {processes: 65537}}", "out of range"),
            ("{limits: {cpu: 60}}", "a duration needs a unit"), ("{limits: {cpu: 500ms}}", "500ms is out of range"),
            ("{limits: {cpu: 25h}}", "25h is out of range; it must be from 1s to 24h"),
            ("{limits: {cpu: 1.5s}}", "agents[0].sandbox.limits.cpu: processor time is counted in whole seconds"),
            ("{limits: {file_size: 2TiB}}", "from 4KiB to 1TiB"),
            ("{limits: {file_size: 4095}}", "it must be from 4096 to"), ("{limits: {pids: 3}}", "meant processes"),
        ]) func mistakesAreNamedWithPlaceAndRemedy(text: String, words: String)
    {
        let found = mistakes(text)
        #expect(found.count == 1 && found[0].contains(words), "\(found)")
    }

    @Test func aSandboxNamesAsManyPathsAsThereMayBeAndNoMore() throws {
        let paths = (0..<SandboxPolicy.pathLimit).map { "/p\($0)" }
        #expect(try policy("{writes: [\(paths.joined(separator: ", "))]}")?.writes == paths)
        let found = mistakes("{writes: [\((paths + ["/more"]).joined(separator: ", "))]}")
        #expect(found == ["agents[0].sandbox.writes: there are 65 paths, and may be 64"])
        let long = "/" + String(repeating: "x", count: 4_095)
        #expect(try policy("{reads: [\(long.dropLast())]}")?.reads == [String(long.dropLast())])
        #expect(
            mistakes("{reads: [\(long)]}") == [
                "agents[0].sandbox.reads[0]: the path takes 4096 bytes, and may take 4095"
            ])
    }

    @Test(arguments: [nil, "", "relative"]) func aHomeThatNobodyKnowsIsRefused(home: String?) {
        let found = mistakes("{reads: [~/.swiftly]}", home: home)
        #expect(found.count == 1 && found[0].contains("HOME is not set; write the whole path"), "\(found)")
        #expect(mistakes("{reads: [/srv]}", home: home) == [])
    }

    @Test(
        arguments: [
            ("collector", "uses: collector: it only reads"), ("drafter", "uses: drafter: it runs nothing"),
            ("http, url: 'http://h/'", "uses: http: its program runs elsewhere"),
            ("approval, question: Shall it be?", "means nothing for an approval: it starts no program"),
        ]) func anAgentThatStartsNoProgramHasNoSandbox(uses: String, words: String)
    {
        for sandbox in ["true", "false", "{reads: [/srv]}"] {
            let found = mistakes(sandbox, uses: uses)
            #expect(
                found.count == 1 && found[0].hasPrefix("agents[0].sandbox: ") && found[0].contains(words), "\(found)")
        }
        let service = Array("{name: a, version: '1', http: 'http://h', sandbox: true}".utf8)
        guard case .failure(let failure) = AgentManifestReader.read(service, file: "a.yaml") else {
            Issue.record("a service is confined")
            return
        }
        #expect(failure.description.contains("the key 'sandbox' goes with command"))
    }

    /// What is known of manifests decides, at the key's place.
    @Test func whatTheSurroundingsKnowOfAnAgentIsSaidAtTheKey() {
        let surroundings = JobSurroundings(sandboxFault: { uses, wanted in
            uses == .manifest("lint") && wanted.level == .landlock ? "its manifest says otherwise" : nil
        })
        let options = JobFileReader.Options(manifests: ["lint"], surroundings: surroundings)
        let text = file("landlock", uses: "lint")
        guard case .failure(let failure) = JobFileReader.read(text, file: "x.yaml", options: options) else {
            Issue.record("the surroundings are not asked")
            return
        }
        #expect(failure.description == "x.yaml:3:34: agents[0].sandbox: its manifest says otherwise")
        #expect((try? JobFileReader.read(file("true", uses: "lint"), file: "x.yaml", options: options).get()) != nil)
    }

    @Test func anOverrideSetsTheSandboxOfAnAgent() throws {
        let text = "workflow: w\nagents: [{name: a, uses: command, command: [x], sandbox: true}]"
        for (change, policy) in [
            ("agents.a.sandbox=none", SandboxPolicy(level: SandboxLevel.unconfined)),
            ("agents.a.sandbox={limits: {memory: 2GiB}}", SandboxPolicy(limits: SandboxLimits(memory: 2 << 30))),
            ("agents.a.sandbox=false", SandboxPolicy(level: SandboxLevel.unconfined)),
        ] {
            #expect(try job(text, overrides: [change]).agents[0].sandbox == policy)
        }
        #expect(try job(text, overrides: ["agents.a.sandbox=null"]).agents[0].sandbox == nil)
    }
}
