#if Server
    import CurlClient
    import Foundation
    import Glibc
    import ServerTestSupport

    /// A `coordinator serve` or `demo` of a test, on a free port; killed when the test lets go of it.
    final class ServerProcess: Sendable {
        let port: Int
        private let process: ChildProcess
        private let folder: TemporaryFolder
        private let client: HTTPClient

        struct NotListening: Error, CustomStringConvertible {
            let description: String
        }

        init(_ arguments: [String], environment: [String: String] = [:]) async throws {
            folder = try TemporaryFolder()
            client = try HTTPClient()
            let errors = open(folder.file("errors").path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
            var launch = ChildProcess.Launch(CoordinatorProgram.url.path, arguments)
            launch.environment = environment
            launch.errors = errors
            process = try ChildProcess(launch)
            close(errors)
            let file = folder.file("errors")
            // It says where it listens once it does; how long that takes is the machine's business.
            var said = ""
            for _ in 0..<1200 {
                said = (try? String(contentsOf: file, encoding: .utf8)) ?? ""
                if let match = said.firstMatch(of: /listens on http:\/\/[^ ]*:(\d+);/), let number = Int(match.1) {
                    port = number
                    return
                }
                try await Task.sleep(for: .milliseconds(50))
            }
            process.signal(SIGKILL)
            throw NotListening(description: said)
        }

        deinit { process.signal(SIGKILL) }

        struct Answer: Sendable {
            let response: HTTPResponse
            var status: Int { response.status }
            var body: [UInt8] { response.body }
            var text: String { String(decoding: response.body, as: UTF8.self) }
            func header(_ name: String) -> String? { response.header(name) }
        }

        func ask(
            _ method: String, _ path: String, _ body: String = "", headers: [(String, String)] = []
        ) async throws -> Answer {
            let request = HTTPRequest(
                method: method, url: "http://127.0.0.1:\(port)\(path)", headers: headers.map { HTTPHeader($0.0, $0.1) },
                body: Array(body.utf8))
            return Answer(response: try await client.execute(request, deadline: .now + .seconds(30)))
        }

        /// Sends SIGTERM; the exit status, and all that was said on standard error.
        func end() async throws -> (status: Int32, said: String) {
            process.signal(SIGTERM)
            let status = await process.wait()
            return (status, try String(contentsOf: folder.file("errors"), encoding: .utf8))
        }
    }
#endif
