#if Server
    import CurlClient
    import Foundation
    import Glibc
    import TestSupport

    /// A server of a test on a free port, `coordinator serve` or `demo` if no other is named; killed when the test lets go of
    /// it.
    final class ServerProcess: Sendable {
        let port: Int
        private let process: ChildProcess
        private let client: HTTPClient
        private let errors: LineReader

        struct NotListening: Error, CustomStringConvertible {
            let description: String
        }

        /// Starts the program, and waits until it says where it listens.
        ///
        /// - Parameter listening: the line that says so; its group is the port.
        init(
            _ arguments: [String], environment: [String: String] = [:], program: URL = CoordinatorProgram.url,
            listening: Regex<(Substring, Substring)> = /listens on http:\/\/[^ ]*:(\d+);/
        ) async throws {
            client = try HTTPClient()
            guard let pipe = ClosedOnExecPipe() else { throw NotListening(description: "no pipe") }
            var launch = ChildProcess.Launch(program.path, arguments)
            launch.environment = environment
            launch.errors = pipe.writing
            process = try ChildProcess(launch)
            close(pipe.writing)
            errors = LineReader(pipe.reading)
            guard let match = try await errors.first(matching: listening), let number = Int(match) else {
                process.signal(SIGKILL)
                throw NotListening(description: errors.text)
            }
            port = number
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

        /// Asks for a job until it has ended.
        func ended(_ place: String) async throws -> Answer {
            var answer = try await ask("GET", place)
            try await eventually {
                answer = try await ask("GET", place)
                return !answer.text.contains("\"running\"")
            }
            return answer
        }

        /// The group in the next line on standard error that matches; `nil` when the lines end without one.
        func said(_ pattern: Regex<(Substring, Substring)>) async throws -> Substring? {
            try await errors.first(matching: pattern)
        }

        /// Sends a signal; the exit status, and all that was said on standard error.
        func end(with signal: Int32 = SIGTERM) async throws -> (status: Int32, said: String) {
            process.signal(signal)
            let status = try await process.wait()
            try await errors.end()
            return (status, errors.text)
        }
    }
#endif
