import Coordinator
import Foundation
import StandardAgents

/// Measures the collector on trees of files: `Collect FOLDER…` prints one line of JSON for each git working tree.
@main
struct Main {
    static let rounds = 5

    static func main() async throws {
        for folder in CommandLine.arguments.dropFirst() {
            var times: [Double] = []
            var context = JSONValue.null
            for round in 0..<rounds {
                let start = ContinuousClock.now
                // Each round has a new agent, so that nothing is cached from the round before.
                let job = JobCoordinator(
                    JobContext(
                        id: "collect-\(round)", task: JobTask(description: "Where are retries and time limits set?")))
                try job.register(
                    AgentTask("collector", role: .collector, agent: CollectorAgent(workspace: folder)))
                let result = try await job.executeParallel()
                times.append((ContinuousClock.now - start) / .milliseconds(1))
                guard let collected = result.artifacts["context"] else { throw Failure(description: "\(result)") }
                context = collected
            }
            let files = context["files"]?.arrayValue ?? []
            let bytes = files.reduce(0) { $0 + ($1["bytes"]?.integerValue ?? 0) }
            let symbols =
                context["symbols"]?.arrayValue?.reduce(0) { $0 + ($1["symbols"]?.arrayValue?.count ?? 0) } ?? 0
            times.sort()
            print(
                """
                {"tree": "\(URL(filePath: folder).lastPathComponent)", "files": \(files.count), "kib": \(bytes / 1024), \
                "symbols": \(symbols), "ms": {"median": \(times[rounds / 2].rounded()), "least": \(times[0].rounded()), \
                "most": \(times[rounds - 1].rounded())}, "peak_mb": \(peakMegabytes())}
                """)
        }
    }

    struct Failure: Error, CustomStringConvertible { let description: String }

    /// The most memory of the process so far, without that of the compilers it starts, in MB.
    static func peakMegabytes() -> Int {
        let status = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
        let line = status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") } ?? ""
        return (Int(line.split(separator: " ").dropLast().last ?? "") ?? 0) / 1024
    }
}
