import Coordinator
import Foundation
import Glibc
import LanguageModels
import SourceCodeTestSupport
import StandardAgents
import Support
import Testing

/// What the tools that come with the program do, and what they do not.
@Suite(.timeLimit(.minutes(10))) struct BuiltInTools {
    private static let files = [
        "shop/stock.py":
            "class Stock:\n    def count(self):\n        return 1\n\n    def Price(self):\n        return 2\n",
        "README.md": "# Shop\n\nCounts things.\n", "run.sh": "#!/bin/sh\ncat shop/stock.py\n",
    ]
    /// What looks like a key, in two parts, so that this file does not.
    private static let key = "ghp_" + "9fK2mQ7xTz4LwB8rVn3Yc6Hs1JdPa5Ge0UiX"
    private static let shell = BuiltInTool.shell(
        commands: [["cat"], ["sh", "run.sh"], ["git", "status"], ["env"]], sandbox: SandboxPolicy())

    private func hold(
        _ calls: [(tool: String, arguments: String)], _ tools: [BuiltInTool] = [.files, .search, .context, .edit],
        reads: [ContextPattern] = ["**"], files: [String: String] = files, retries: Int = 0,
        contextTokens: Int = 32_768, prepare: @escaping @Sendable (DrafterRepository) async throws -> Void = { _ in }
    ) async throws -> HeldConversation.End {
        var conversation = HeldConversation(answers: calls.map { .calls([$0]) } + [.text("Done.")])
        conversation.builtIn = tools
        conversation.files = files
        conversation.reads = reads
        conversation.retries = retries
        conversation.contextTokens = contextTokens
        conversation.prepare = prepare
        return try await conversation.hold()
    }

    // MARK: reading

    @Test func filesAreListedAndReadInRanges() async throws {
        let end = try await hold([
            ("files", "{}"), ("files", #"{"glob":"*.md"}"#), ("files", #"{"path":"shop/stock.py","from":2,"to":3}"#),
            ("files", #"{"path":"stock.py"}"#), ("files", #"{"path":"README.md","from":9}"#),
            ("files", #"{"path":"stok.py"}"#),
        ])
        #expect(end.agent.outcome == .succeeded, "\(end.agent.error ?? "")")
        let results = end.results
        #expect(results[0] == "3 files:\nREADME.md\nrun.sh\nshop/stock.py")
        #expect(results[1] == "1 file:\nREADME.md")
        #expect(results[2] == "shop/stock.py, lines 2 to 3 of 6:\n2|    def count(self):\n3|        return 1")
        #expect(results[3].contains("1|class Stock:"))
        #expect(results[4].contains("README.md has 3 lines; there is no line 9"))
        #expect(results[5].contains("Did you mean shop/stock.py?"))
    }

    @Test func longFileIsReadPieceByPiece() async throws {
        let lines = (1...4_000).map { "line number \($0) of a file\n" }.joined()
        let end = try await hold(
            [("files", #"{"path":"long.txt"}"#)], [.files], files: ["long.txt": lines], contextTokens: 8_192)
        let result = try #require(end.results.first)
        #expect(result.utf8.count <= 3_072 && result.hasPrefix("long.txt, lines 1 to "))
        #expect(result.contains("to 4000 are left out; read them with `from`."))
        #expect(!result.contains("…"), "whole lines")
    }

    @Test func textsAndDeclarationsAreFound() async throws {
        let end = try await hold([
            ("search", #"{"text":"counts"}"#), ("search", #"{"text":"Count"}"#), ("search", #"{"symbol":"price"}"#),
            ("search", #"{"text":"nowhere"}"#), ("search", "{}"), ("search", #"{"text":"return","glob":"*.md"}"#),
        ])
        let results = end.results
        #expect(results[0] == "1 place:\nREADME.md:3: Counts things.", "\(results[0])")
        #expect(results[1] == "1 place:\nREADME.md:3: Counts things.")
        #expect(results[2].contains("shop/stock.py:5:"), "\(results[2])")
        #expect(results[3].contains("Nothing is found in 3 files") && results[4].contains("Write what to look for"))
        #expect(results[5].contains("Nothing is found in 1 file"))
    }

    @Test func blackboardIsReadAsFarAsTheRoleMay() async throws {
        let end = try await hold(
            [
                ("context", "{}"), ("context", #"{"path":"task.description"}"#), ("context", #"{"path":"decisions"}"#),
                ("context", #"{"path":"a..b"}"#),
            ], [.context], reads: ["task"])
        #expect(end.results[0] == "You may read: task." && end.results[1] == "Look into it.")
        #expect(end.results[2].contains("You may not read decisions") && end.results[3].contains("is no path"))
    }

    @Test func codeIsReadOnlyByRolesThatMay() async throws {
        let end = try await hold([("files", "{}")], [.files], reads: ["task"])
        #expect(end.agent.errorType == "access_denied" && end.requests.isEmpty, "\(end.agent.error ?? "")")
    }

    // MARK: outside

    /// Everything that is not the role's to see: each is refused in words, and nothing of it is told.
    @Test(arguments: [
        "../secret.txt", "/etc/passwd", "/etc/hostname", "shop/../../secret.txt", "link.txt", "linked/secret.txt",
        ".git/config", ".GIT/config", ".env", "untracked.txt", "~/.ssh/id_rsa", "file:///etc/passwd", "keys.txt",
    ])
    func nothingOutsideIsRead(path: String) async throws {
        let secret = "outside-\(UInt64.random(in: 1 << 60 ... .max))"
        let end = try await hold(
            [
                ("files", #"{"path":"\#(path)"}"#), ("search", #"{"text":"\#(secret.prefix(12))"}"#),
            ], [.files, .search]
        ) { repository in
            let outside = (repository.path as NSString).deletingLastPathComponent + "/secret.txt"
            try repository.write(".env", "TOKEN=\(secret)\n")
            try repository.write("untracked.txt", secret)
            try repository.write("keys.txt", "token \(Self.key) \(secret)")
            #expect(symlink(outside, repository.path + "/link.txt") == 0)
            #expect(symlink("/etc", repository.path + "/linked") == 0)
            try await repository.git("add", "-f", "link.txt", "linked", ".env", "keys.txt")
        }
        #expect(end.agent.outcome == .succeeded, "\(end.agent.error ?? "")")
        #expect(!end.results[0].contains("1|"), "\(end.results[0])")
        #expect(end.results[1].contains("Nothing is found"), "\(end.results[1])")
        #expect(
            end.requests.allSatisfy { request in
                !request.results.contains { $0.contains(secret) || $0.contains("root:") }
            })
    }

    /// Edits that leave the workspace, or reach what runs on other machines, are in no patch.
    @Test(arguments: [
        "../evil.py", "/tmp/evil.py", ".git/hooks/pre-commit", ".git/config", ".github/workflows/ci.yml",
        ".GitHub/workflows/ci.yml", ".gitlab-ci.yml", "linked/evil.py", "shop/../../evil.py", ".gitmodules",
        ".github/\u{301}ci.yml",
    ])
    func nothingOutsideIsWritten(path: String) async throws {
        let end = try await hold([("edit", #"{"edits":[{"new_file":"\#(path)","text":"evil\n"}]}"#)], [.edit]) {
            #expect(symlink("/tmp", $0.path + "/linked") == 0)
        }
        #expect(end.agent.outcome == .succeeded, "\(end.agent.error ?? "")")
        #expect(end.results.first?.hasPrefix("Nothing was changed:") == true, "\(end.results)")
        #expect(end.artifacts["worker"] == nil)
        #expect(
            try end.repository?.snapshot().keys.filter { !$0.hasPrefix("linked") }.sorted() == Self.files.keys.sorted())
    }

    // MARK: edits

    @Test func editsAreSeenByLaterCallsAndHandedOverAsAPatch() async throws {
        let end = try await hold([
            ("edit", #"{"edits":[{"path":"shop/stock.py","lines":[3,3],"text":"        return 10\n"}]}"#),
            ("files", #"{"path":"shop/stock.py","from":3,"to":3}"#),
            (
                "edit",
                #"{"edits":[{"path":"shop/stock.py","search":"        return 10\n","text":"        return 11\n"},{"new_file":"shop/new.py","text":"x = 1\n"}]}"#
            ),
            ("edit", #"{"edits":[{"path":"shop/stock.py","search":"nowhere","text":"x"}]}"#),
            ("files", #"{"path":"shop/new.py"}"#),
        ])
        #expect(end.agent.outcome == .succeeded, "\(end.agent.error ?? "")")
        #expect(end.results[0] == "Done:\n- shop/stock.py: changed", "\(end.results[0])")
        #expect(end.results[1].hasSuffix("3|        return 10") && end.results[4].hasSuffix("1|x = 1"))
        #expect(end.results[3].hasPrefix("Nothing was changed:"))
        let patch = try #require(end.artifacts["worker"]?["patch"]?.stringValue)
        #expect(
            patch.contains("+        return 11") && patch.contains("+++ b/shop/new.py") && !patch.contains("return 10"))
        let repository = try #require(end.repository)
        #expect(repository.read("shop/stock.py") == Self.files["shop/stock.py"], "the workspace is never written")
        #expect(try await repository.run(["git", "apply", "--check", "-"], input: patch).succeeded)
    }

    @Test func editsThatDoNotParseOrAddASecretAreRefused() async throws {
        let end = try await hold([
            ("edit", #"{"edits":[{"path":"shop/stock.py","lines":[3,3],"text":"        return (\n"}]}"#),
            ("edit", #"{"edits":[{"path":"README.md","lines":[3,3],"text":"\#(Self.key)\n"}]}"#),
            ("edit", #"{"edits":[]}"#),
        ])
        #expect(end.results[0].contains("does not parse with your edits"))
        #expect(end.results[1].contains("looks like a secret") && end.results[2].contains("at least 1"))
        #expect(end.artifacts["worker"] == nil)
    }

    // MARK: commands

    @Test func commandsSeeTheEditsAndNoShellReadsThem() async throws {
        let end = try await hold(
            [
                ("edit", #"{"edits":[{"path":"README.md","lines":[3,3],"text":"Counts more.\n"}]}"#),
                ("shell", #"{"command":["cat","README.md"]}"#),
                ("shell", #"{"command":["cat","README.md",";","id"]}"#),
                ("shell", #"{"command":["cat","$(id)"]}"#), ("shell", #"{"command":["sh","-c","id"]}"#),
                ("shell", #"{"command":["cat README.md; id"]}"#),
                ("shell", #"{"command":["git","-c","core.pager=id","status"]}"#),
                ("shell", #"{"command":"cat README.md"}"#), ("shell", #"{"command":["sh","run.sh"]}"#),
                (
                    "edit",
                    #"{"edits":[{"path":"shop/stock.py","symbol":"count","text":"    def count(self):\n        return 5\n"}]}"#
                ),
                ("shell", #"{"command":["sh","run.sh"]}"#),
            ], [.edit, Self.shell])
        #expect(end.agent.outcome == .succeeded, "\(end.agent.error ?? "")")
        let results = end.results
        #expect(results[1].contains("`cat README.md` ended with exit status 0") && results[1].contains("Counts more."))
        for index in [2, 3] { #expect(results[index].contains("No such file") && !results[index].contains("uid=")) }
        for index in [4, 5, 6] { #expect(results[index].contains("may not be run"), "\(results[index])") }
        #expect(results[7].contains("$.command: must be array"))
        #expect(results[8].contains("return 1") && results[10].contains("return 5"), "\(results[10])")
        #expect(end.agent.attempts[0].sandbox?.level == .bubblewrap)
        #expect(end.repository?.read("README.md") == Self.files["README.md"])
    }

    /// What holds a key is neither in the environment of a command nor in its copy, and it reaches nothing outside.
    @Test func commandsFindNoKeysAndNothingOutside() async throws {
        let secret = "outside-\(UInt64.random(in: 1 << 60 ... .max))"
        #expect(setenv("OPENAI_API_KEY", secret, 1) == 0)
        defer { unsetenv("OPENAI_API_KEY") }
        let end = try await hold(
            [
                ("shell", #"{"command":["env"]}"#), ("shell", #"{"command":["cat",".env","keys.txt","/etc/shadow"]}"#),
                ("shell", #"{"command":["cat","/proc/1/environ","/proc/self/environ"]}"#),
                ("shell", #"{"command":["sh","run.sh"]}"#),
            ], [Self.shell],
            files: ["run.sh": "echo x > ../../escaped; echo x > /tmp/escaped; rm -rf .git; ls -a ..; cat \"$1\"\n"]
        ) { repository in
            try repository.write(".env", "TOKEN=\(secret)\n")
            try repository.write("keys.txt", "token \(Self.key) \(secret)")
            try await repository.git("add", "-f", ".env", "keys.txt")
        }
        #expect(end.agent.outcome == .succeeded, "\(end.agent.error ?? "")")
        #expect(end.results.allSatisfy { !$0.contains(secret) }, "\(end.results)")
        #expect(end.results[1].contains(".env: No such file"), "\(end.results[1])")
        #expect(access("/tmp/escaped", F_OK) != 0)
        #expect(FileManager.default.fileExists(atPath: (end.repository?.path ?? "") + "/.git/HEAD"))
    }

    @Test func editsAreThereForTheNextAttempt() async throws {
        var conversation = HeldConversation(
            answers: [
                .call("edit", #"{"edits":[{"path":"README.md","lines":[3,3],"text":"Counts more.\n"}]}"#),
                .failure(ModelError(.overloaded, "down")), .call("files", #"{"path":"README.md"}"#), .text("Done."),
            ])
        conversation.builtIn = [.edit, .files]
        conversation.files = Self.files
        conversation.retries = 1
        let end = try await conversation.hold()
        #expect(end.agent.outcome == .succeeded && end.agent.attempts.count == 2, "\(end.agent.error ?? "")")
        #expect(end.results.last?.contains("3|Counts more.") == true)
        #expect(end.artifacts["worker"]?["patch"]?.stringValue?.contains("+Counts more.") == true)
    }
}
