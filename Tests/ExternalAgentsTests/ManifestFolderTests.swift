import Coordinator
import CurlClient
import ExternalAgents
import Foundation
import JobComposition
import JobFile
import Logging
import SourceCodeTestSupport
import Testing

/// A folder of manifests that is watched by the system itself.
@Suite(.timeLimit(.minutes(2))) struct ManifestFolders {
    private func manifest(_ name: String, version: String, says: String = "x", capabilities: String = "[speak]")
        -> String
    {
        """
        name: \(name)
        version: "\(version)"
        capabilities: \(capabilities)
        command: [printf, '%s', '{"set": {"artifacts.said": "\(says)"}}']
        role: {writes: [artifacts.said]}
        policy: {max_retries: 0}
        """
    }

    private func folder(_ path: String) -> ManifestFolder {
        ManifestFolder(
            path, workspace: "/tmp", environment: ["PATH": "/usr/bin:/bin"], client: SharedHTTPClient(),
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    }

    /// Runs a body while the folder is watched; the body gets the registry's changes, beginning with the existing
    /// agents.
    private func watching(
        _ path: String, _ body: (AgentRegistry, inout AsyncStream<AgentRegistry.Change>.Iterator) async throws -> Void
    ) async throws {
        let registry = AgentRegistry()
        var changes = registry.changes().makeAsyncIterator()
        let source = folder(path)
        let task = Task { try await source.publish(to: registry) }
        defer { task.cancel() }
        try await body(registry, &changes)
    }

    private func words(_ change: AgentRegistry.Change?) -> String {
        switch change {
        case .appeared(let entry): "+\(entry.name) \(entry.version)"
        case .replaced(let old, by: let new): "\(old.name) \(old.version)>\(new.version)"
        case .vanished(let entry): "-\(entry.name)"
        case nil: "end"
        }
    }

    @Test func agentsFollowTheirManifestFiles() async throws {
        let scratch = try ScratchFolder()
        try scratch.write("agents/a.yaml", manifest("a", version: "1"))
        let path = scratch.path + "/agents"
        try await watching(path) { registry, changes in
            #expect(words(await changes.next()) == "+a 1")
            let entry = try #require(registry.entry(.name("a")))
            #expect(entry.source == path + "/a.yaml" && entry.capabilities == ["speak"])
            try scratch.write("agents/b.json", #"{"name": "b", "version": "1", "http": "http://127.0.0.1:1/"}"#)
            #expect(words(await changes.next()) == "+b 1")
            // As editors save: a new file replaces the old one.
            try scratch.write("next", manifest("a", version: "2"))
            #expect(rename(scratch.path + "/next", path + "/a.yaml") == 0)
            #expect(words(await changes.next()) == "a 1>2")
            try scratch.remove("agents/b.json")
            #expect(words(await changes.next()) == "-b")
            try scratch.remove("agents")
            #expect(words(await changes.next()) == "-a")
            // The folder itself is made again.
            try scratch.write("agents/c.yaml", manifest("c", version: "1"))
            #expect(words(await changes.next()) == "+c 1")
        }
    }

    /// In whatever form a user writes the path, the parent folder is never mistaken for the folder.
    @Test(arguments: ["agents/", "agents/.", "./agents", "/agents//"]) func folderPathMayHaveAnyForm(
        form: String
    ) async throws {
        let scratch = try ScratchFolder()
        try scratch.write("agents/a.yaml", manifest("a", version: "1"))
        try await watching(scratch.path + "/" + form) { _, changes in
            #expect(words(await changes.next()) == "+a 1")
            try scratch.write("agents/a.yaml", manifest("a", version: "2"))
            #expect(words(await changes.next()) == "a 1>2")
            try scratch.remove("agents/a.yaml")
            #expect(words(await changes.next()) == "-a")
            try scratch.remove("agents")
            try scratch.write("agents/b.yaml", manifest("b", version: "1"))
            #expect(words(await changes.next()) == "+b 1")
        }
    }

    /// The folder and its parent are then one, which is watched for changes inside.
    @Test func folderMayBeALinkToItsParent() async throws {
        let scratch = try ScratchFolder()
        try #require(symlink(".", scratch.path + "/agents") == 0)
        try await watching(scratch.path + "/agents") { _, changes in
            for version in ["1", "2"] {
                try scratch.write("a.yaml", manifest("a", version: version))
                #expect(words(await changes.next()) == (version == "1" ? "+a 1" : "a 1>2"))
            }
            try scratch.remove("a.yaml")
            #expect(words(await changes.next()) == "-a")
        }
    }

    /// As Kubernetes mounts a ConfigMap: the files are links through a link to a folder, and that link is replaced.
    @Test func replacedLinkUpdatesItsAgents() async throws {
        let scratch = try ScratchFolder()
        for version in ["1", "2"] { try scratch.write("agents/..\(version)/a.yaml", manifest("a", version: version)) }
        func link(_ name: String, to target: String) throws {
            try #require(symlink(target, scratch.path + "/agents/" + name) == 0)
        }
        try link("..data", to: "..1")
        try link("a.yaml", to: "..data/a.yaml")
        try await watching(scratch.path + "/agents") { _, changes in
            #expect(words(await changes.next()) == "+a 1")
            try link("..next", to: "..2")
            #expect(rename(scratch.path + "/agents/..next", scratch.path + "/agents/..data") == 0)
            #expect(words(await changes.next()) == "a 1>2")
        }
    }

    /// An unknown state is not taken for a deletion: a file that is just being written, a folder that cannot be listed.
    @Test func unreadableManifestOrFolderKeepsItsAgents() throws {
        let scratch = try ScratchFolder()
        try scratch.write("agents/a.yaml", manifest("a", version: "1"))
        let registry = AgentRegistry()
        let source = folder(scratch.path + "/agents")
        source.refresh(registry)
        try scratch.write("agents/a.yaml", "")
        source.refresh(registry)
        #expect(registry.entries.map(\.name) == ["a"] && source.problems.isEmpty)
        try scratch.remove("agents/a.yaml")
        try #require(symlink("nowhere", scratch.path + "/agents/a.yaml") == 0)
        source.refresh(registry)
        #expect(registry.entries.map(\.name) == ["a"])
        #expect(source.problems.count == 1 && source.problems[0].contains("leads nowhere"))
        try scratch.remove("agents")
        // A link to itself cannot be opened, even by the superuser.
        try #require(symlink("agents", scratch.path + "/agents") == 0)
        source.refresh(registry)
        #expect(registry.entries.map(\.name) == ["a"])
        #expect(source.problems.count == 1 && source.problems[0].contains("cannot be listed"))
        #expect(unlink(scratch.path + "/agents") == 0)
        source.refresh(registry)
        #expect(registry.entries.isEmpty && source.problems.isEmpty)
    }

    /// A folder that the system refuses to watch is reported, instead of being silently out of date.
    @Test func unwatchableFolderIsAnError() async throws {
        let scratch = try ScratchFolder()
        try #require(symlink("agents", scratch.path + "/agents") == 0)
        let source = folder(scratch.path + "/agents")
        let error = await #expect(throws: (any Error).self) { try await source.publish(to: AgentRegistry()) }
        #expect("\(try #require(error))".contains("cannot watch \(scratch.path)/agents"))
    }

    @Test func missingFolderIsWatchedUntilItAppears() async throws {
        let scratch = try ScratchFolder()
        try await watching(scratch.path + "/deep/agents") { _, changes in
            try scratch.write("deep/agents/a.yaml", manifest("a", version: "1"))
            #expect(words(await changes.next()) == "+a 1")
        }
    }

    @Test func invalidManifestKeepsTheLastValidAgent() throws {
        let scratch = try ScratchFolder()
        try scratch.write("a.yaml", manifest("a", version: "1"))
        let registry = AgentRegistry()
        let source = folder(scratch.path)
        source.refresh(registry)
        try scratch.write("a.yaml", "name: a\nversio: 2\n")
        source.refresh(registry)
        #expect(registry.entry(.name("a"))?.version == "1")
        #expect(source.problems.count == 1 && source.problems[0].contains("did you mean 'version'?"))
        try scratch.write("a.yaml", manifest("a", version: "3"))
        source.refresh(registry)
        #expect(registry.entry(.name("a"))?.version == "3" && source.problems.isEmpty)
        try scratch.remove("a.yaml")
        source.refresh(registry)
        #expect(registry.entries.isEmpty)
    }

    @Test func duplicateNameIsReportedAndTheFirstFileWins() throws {
        let scratch = try ScratchFolder()
        try scratch.write("a.yaml", manifest("same", version: "1"))
        try scratch.write("b.yaml", manifest("same", version: "2"))
        try scratch.write(".c.yaml", manifest("hidden", version: "1"))
        try scratch.write("notes.txt", "name: no\n")
        try scratch.write("empty.yaml", "")
        let registry = AgentRegistry()
        let source = folder(scratch.path)
        source.refresh(registry)
        #expect(registry.entries.map(\.version) == ["1"])
        #expect(source.problems.count == 1)
        #expect(source.problems[0].contains("b.yaml") && source.problems[0].contains("a.yaml already"))
    }

    @Test func manifestDoesNotReplaceARegisteredAgent() throws {
        let scratch = try ScratchFolder()
        try scratch.write("a.yaml", manifest("a", version: "2"))
        let registry = AgentRegistry()
        registry.register(.init("a", version: "own", agent: ClosureAgent { _, _ in Contribution() }))
        let source = folder(scratch.path)
        source.refresh(registry)
        #expect(registry.entry(.name("a"))?.version == "own")
        try scratch.remove("a.yaml")
        source.refresh(registry)
        #expect(registry.entry(.name("a"))?.version == "own")
    }

    @Test func numberOfManifestsIsLimited() throws {
        let scratch = try ScratchFolder()
        for number in 0...ManifestScan.fileLimit {
            try scratch.write("\(10_000 + number).json", #"{"name": "a\#(number)", "version": "1", "command": ["x"]}"#)
        }
        let scan = ManifestScan(scratch.path, home: nil)
        #expect(scan.manifests.count == ManifestScan.fileLimit)
        #expect(scan.problems.values.first?.contains("the first 1000 are read") == true)
    }

    /// A job's agents are found by name and by capability, as they are when their runs start.
    @Test func agentsAreResolvedWhenTheirRunStarts() async throws {
        let repository = try await DrafterRepository(["a.txt": "a\n"])
        let scratch = try ScratchFolder()
        try scratch.write("a.yaml", manifest("speaker", version: "1", says: "one"))
        let runtime = CoordinatorRuntime()
        let source = folder(scratch.path)
        source.refresh(runtime.agents)
        let composer = JobComposer(
            workspace: repository.path, logger: Logger(label: "t") { _ in SwiftLogNoOpLogHandler() }, runtime: runtime)
        func job(_ uses: String) throws -> JobSpecification {
            try JobFileReader.read(
                "{workflow: w, agents: [{name: a, uses: \(uses)}]}", file: "j", options: .init(manifests: nil)
            ).get()
        }
        func said(_ spec: JobSpecification, before change: () throws -> Void = {}) async throws -> JobResult {
            let job = try await composer.compose(spec, jobID: "j").coordinator
            try change()
            return try await job.executeParallel()
        }
        #expect(try await said(job("speaker")).artifacts["said"] == "one")
        // A shipped agent is selected like any other, before one of a manifest, but after one that a program registers.
        try scratch.write("c.yaml", manifest("taker", version: "1", says: "taken", capabilities: "[collect]"))
        source.refresh(runtime.agents)
        #expect(runtime.agents.entry(.capability("collect"))?.name == "taker")
        #expect(try await said(job("{capability: collect}")).artifacts["context"] != nil)
        runtime.agents.register(
            .init(
                "own", capabilities: ["collect"],
                defaults: AgentDefaults(role: Role(name: "o", writes: ["artifacts.o"])),
                agent: ClosureAgent { _, _ in Contribution(set: ["artifacts.o": "own"]) }))
        #expect(try await said(job("{capability: collect}")).artifacts["o"] == "own")
        // The agent changes after the job was made, before its run starts.
        let changed = try await said(job("{capability: speak}")) {
            try scratch.write("a.yaml", manifest("speaker", version: "2", says: "two"))
            source.refresh(runtime.agents)
        }
        #expect(changed.artifacts["said"] == "two")
        // The agent vanishes after the job was made: another agent with the same capability runs instead, or none.
        let other = try await said(job("{capability: speak}")) {
            try scratch.remove("a.yaml")
            try scratch.write("b.yaml", manifest("deputy", version: "1", says: "deputy"))
            source.refresh(runtime.agents)
        }
        #expect(other.artifacts["said"] == "deputy")
        let gone = try await said(job("deputy")) {
            try scratch.remove("b.yaml")
            source.refresh(runtime.agents)
        }
        #expect(gone["a"]?.outcome == .failed && gone["a"]?.errorType == "dependency_failed")
        let error = await #expect(throws: JobCompositionError.self) {
            try await composer.compose(job("deputy"), jobID: "j")
        }
        #expect(
            error?.message.contains("no agent named 'deputy'") == true && error?.message.contains("collector") == true)
    }
}
