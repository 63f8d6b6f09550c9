#if Server
    import Coordinator
    import Foundation
    import Glibc
    import TestSupport
    import Testing

    /// `coordinator serve --store`: what a server keeps over the ends of its process.
    @Suite(.timeLimit(.minutes(5))) struct ServeStore {
        /// A store and a workspace, with what the job's programs count.
        private struct Place {
            let folder: TemporaryFolder
            var store: String { folder.file("jobs.db").path }
            var arguments: [String] {
                ["serve", "--port", "0", "--workspace", folder.file("work").path, "--store", store]
            }

            init() async throws {
                folder = try TemporaryFolder()
                try FileManager.default.createDirectory(at: folder.file("work"), withIntermediateDirectories: true)
                try Data("text\n".utf8).write(to: folder.file("work/file.txt"))
                let commit = [
                    "-c", "user.name=t", "-c", "user.email=t@example.org", "commit", "-q", "--no-gpg-sign", "-m", "m",
                ]
                for words in [["init", "-q"], ["add", "."], commit] {
                    let run = try await Program.run(command: "git", words, in: folder.file("work"))
                    try #require(run.status == 0, "\(run.output)")
                }
            }

            /// How often a program was called.
            func count(_ name: String) -> Int {
                let calls = try? String(contentsOf: folder.file("\(name).calls"), encoding: .utf8)
                return calls?.split(separator: "\n").count ?? 0
            }

            /// Lets programs end that wait for it.
            func letGo() throws { try Data().write(to: folder.file("go")) }

            /// A program that counts its calls, and waits for ``letGo()`` if it is to.
            func command(_ name: String, waits: Bool = false) -> String {
                let wait = waits ? "while [ ! -e \(folder.file("go").path) ]; do sleep 0.05; done;" : ""
                let script = "echo x >> \(folder.file("\(name).calls").path); \(wait) echo {}"
                return "{name: \(name), uses: command, command: [sh, -c, '\(script)'], timeout: 100s"
            }

            var bearer: [(String, String)] {
                get throws {
                    let token = try String(contentsOf: folder.file("jobs.db.token"), encoding: .utf8)
                    return [("Authorization", "Bearer \(token.trimmingCharacters(in: .whitespacesAndNewlines))")]
                }
            }

            func submit(_ file: String, to server: ServerProcess) async throws -> String {
                let answer = try await server.ask("POST", "/v1/jobs", file, headers: try bearer)
                try #require(answer.status == 202, "\(answer.text)")
                return try #require(answer.header("location"))
            }

            func state(_ job: String, of server: ServerProcess) async throws -> JSONValue {
                try JSONValue(json: try await server.ask("GET", job, headers: try bearer).body)
            }

            func ended(_ job: String, of server: ServerProcess) async throws -> JSONValue {
                let path = "\(job)/result"
                try await eventually(within: .seconds(60)) {
                    try await server.ask("GET", path, headers: try bearer).status == 200
                }
                return try await state(path, of: server)
            }
        }

        @Test func aJobWhoseServerIsKilledGoesOnByItselfAndWhatHadFinishedIsNotDoneAgain() async throws {
            let place = try await Place()
            let server = try await ServerProcess(place.arguments)
            let job = try await place.submit(
                "workflow: w\nagents:\n  - \(place.command("first"))}\n"
                    + "  - \(place.command("second", waits: true)), needs: [first]}\n", to: server)
            try await eventually(within: .seconds(60)) { place.count("second") == 1 }
            _ = try await server.end(with: SIGKILL)

            let next = try await ServerProcess(place.arguments)
            try await eventually(within: .seconds(60)) { place.count("second") == 2 }
            #expect(try await place.state(job, of: next)["status"] == "running")
            try place.letGo()
            let result = try await place.ended(job, of: next)
            #expect(result["status"] == "succeeded")
            #expect(place.count("first") == 1)
            #expect(place.count("second") == 2)
            let list = try await place.state("/v1/jobs", of: next)["jobs"]?.arrayValue ?? []
            #expect(list.count == 1)
            #expect(list.first?["resumptions"] == 1)
            #expect(try await next.end().status == 0)
        }

        @Test func aDrainInterruptsJobsAndTheyEndAfterASecondRestart() async throws {
            let place = try await Place()
            let arguments = place.arguments + ["--drain-timeout", "100ms"]
            var server = try await ServerProcess(arguments)
            let job = try await place.submit(
                "workflow: w\nagents:\n  - \(place.command("slow", waits: true))}\n", to: server)
            for number in 1...2 {
                try await eventually(within: .seconds(60)) { place.count("slow") == number }
                let (status, said) = try await server.end()
                #expect(status == 0, "\(said)")
                server = try await ServerProcess(arguments)
            }
            try await eventually(within: .seconds(60)) { place.count("slow") == 3 }
            try place.letGo()
            let result = try await place.ended(job, of: server)
            #expect(result["status"] == "succeeded", "\(result)")
            let row = try await place.state("/v1/jobs", of: server)["jobs"]?.arrayValue?.first
            #expect(row?["resumptions"] == 2)
            _ = try await server.end()
        }

        @Test func aPersonAnswersOverHTTPAfterARestartOnceAndWithTheToken() async throws {
            let place = try await Place()
            let server = try await ServerProcess(place.arguments)
            let job = try await place.submit(
                "workflow: w\nagents:\n  - {name: release, uses: approval, question: May it go?}\n"
                    + "  - \(place.command("after")), needs: [release]}\n", to: server)
            func waiting(_ server: ServerProcess) async throws -> JSONValue? {
                try await place.state("/v1/approvals", of: server)["approvals"]?.arrayValue?.first
            }
            try await eventually(within: .seconds(60)) { try await waiting(server) != nil }
            _ = try await server.end(with: SIGKILL)

            let next = try await ServerProcess(place.arguments)
            try await eventually(within: .seconds(60)) { try await waiting(next) != nil }
            #expect(try await place.state(job, of: next)["status"] == "waiting")
            let path = try #require(try await waiting(next)?["answer"]?.stringValue)
            let body = "{\"choice\": \"approve\"}"
            #expect(try await next.ask("POST", path, body).status == 401)
            let wrong = [("Authorization", "Bearer \(String(repeating: "0", count: 64))")]
            #expect(try await next.ask("POST", path, body, headers: wrong).status == 401)
            #expect(place.count("after") == 0)
            #expect(try await next.ask("POST", path, body, headers: try place.bearer).status == 202)
            let second = try await next.ask("POST", path, "{\"choice\": \"reject\"}", headers: try place.bearer)
            #expect(second.status == 409, "\(second.text)")
            let result = try await place.ended(job, of: next)
            #expect(result["status"] == "succeeded")
            #expect(place.count("after") == 1)
            let decisions = try await place.state("\(job)/context?path=decisions", of: next)["context"]?.arrayValue
            #expect(decisions?.count == 1)
            #expect(decisions?.first?["by"] == "store-token")
            _ = try await next.end()
        }

        @Test func theTokenOfAStoreIsMadeOnceForThisUserAloneAndIsPrintedOnce() async throws {
            let place = try await Place()
            let file = place.folder.file("jobs.db.token")
            let server = try await ServerProcess(place.arguments)
            let link = try #require(try await server.said(/(http:\/\/127\.0\.0\.1:\d+\/#token=[0-9a-f]{64})/))
            #expect(link.hasPrefix("http://127.0.0.1:\(server.port)/"))
            var status = stat()
            #expect(stat(file.path, &status) == 0 && status.st_mode & 0o777 == 0o600)
            #expect(try await server.ask("GET", "/v1/jobs").status == 401)
            #expect(try await server.ask("GET", "/v1/jobs", headers: try place.bearer).status == 200)
            #expect(try await server.ask("GET", "/readyz").status == 200)
            let token = try place.bearer
            _ = try await server.end()

            let next = try await ServerProcess(place.arguments)
            #expect(try await next.ask("GET", "/v1/jobs", headers: token).status == 200)
            let (_, said) = try await next.end()
            #expect(!said.contains("#token="), "\(said)")
            #expect(said.contains("jobs.db.token"))

            chmod(file.path, 0o644)
            let refused = try await Program.run(CoordinatorProgram.url, place.arguments)
            #expect(refused.status == 2)
            #expect(refused.standardError.contains("others may know the token"), "\(refused.output)")
        }

        @Test func aStoreThatAnotherServerHoldsIsRefusedWithItsProcess() async throws {
            let place = try await Place()
            let server = try await ServerProcess(place.arguments)
            let second = try await Program.run(CoordinatorProgram.url, place.arguments)
            #expect(second.status == 2)
            #expect(second.standardError.contains("jobs.db"), "\(second.output)")
            _ = try await server.end()
        }
    }
#endif
