import Coordinator
import Foundation
import Glibc
import TestSupport
import Testing

/// A folder with a store and a job file, which the real program runs.
struct StoreFolder {
    let folder: TemporaryFolder
    /// The store's file.
    var store: String { folder.file("jobs.db").path }

    /// - Parameter agents: the lines of the job file's list of agents.
    init(_ agents: String) throws {
        folder = try TemporaryFolder()
        try folder.write("workflow: kept\ntask: {description: d}\nagents:\n\(agents)", to: "job.yaml")
    }

    /// The argument of the gate is no file of the workspace: one that appeared would be a change of the job.
    ///
    /// Notes in `ran.log` that it was called, waits for the file that its second argument names, and prints its third.
    static let agent = """
        import os, sys, time
        with open("ran.log", "a") as log:
            log.write(sys.argv[1] + "\\n")
        gate = sys.argv[2].removeprefix("gate=")
        while gate != "-" and not os.path.exists(gate):
            time.sleep(0.02)
        print(sys.argv[3] if len(sys.argv) > 3 else "{}")
        """

    /// One agent of the job file.
    ///
    /// - Parameters:
    ///   - gate: the file that it waits for; `-` for none.
    ///   - more: further keys.
    static func agent(_ name: String, gate: String = "-", writes: String = "{}", more: String = "") -> String {
        let role = "role: {reads: [task], writes: [artifacts.\(name)]}"
        let command = "command: [python3, agent.py, \(name), \"gate=\(gate)\", '\(writes)']"
        return "  - {name: \(name), uses: command, \(command), \(role)\(more.isEmpty ? "" : ", " + more)}\n"
    }

    static let approval = "  - {name: ask, uses: approval, question: May it be released?, show: [artifacts.quick]"

    func command(_ arguments: String..., input: String = "") async throws -> Program {
        try folder.write(Self.agent, to: "agent.py")
        return try await Program.run(
            CoordinatorProgram.url, arguments, environment: ["COORDINATOR_STORE": store], in: folder.url, input: input)
    }

    /// Starts the job, whose progress goes to a file.
    func start(_ arguments: [String] = ["run", "job.yaml"]) throws -> ChildProcess {
        try folder.write(Self.agent, to: "agent.py")
        var launch = ChildProcess.Launch(CoordinatorProgram.url.path, arguments + ["--no-progress"])
        launch.environment = ["COORDINATOR_STORE": store]
        launch.folder = folder.path
        let errors = open(folder.file("errors.log").path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
        launch.errors = errors
        defer { close(errors) }
        return try ChildProcess(launch)
    }

    /// How often an agent was called.
    func calls(of agent: String) -> Int {
        ((try? folder.read("ran.log")) ?? "").split(separator: "\n").count { $0 == agent }
    }

    func waitForCall(of agent: String, times: Int = 1) async throws {
        try await eventually { calls(of: agent) >= times }
    }

    /// What `jobs` says of the job that was submitted last.
    func latest() async throws -> (id: String, status: String) {
        let program = try await command("jobs", "--output", "json", "--limit", "1")
        let document = try JSONValue(json: program.standardOutput.utf8)
        let job = try #require(document.objectValue?["jobs"]?.arrayValue?.first?.objectValue, "\(program.output)")
        return (try #require(job["job_id"]?.stringValue), try #require(job["status"]?.stringValue))
    }

    /// The result in the job's folder, and its events there and in the store.
    func results(of job: String) async throws -> (result: JobResult, file: String, store: String) {
        let run = ".coordinator/runs/\(job)"
        let result = try JSONDecoder().decode(JobResult.self, from: Data(folder.read("\(run)/result.json").utf8))
        let shown = try await command("show", job, "--events")
        return (result, try folder.read("\(run)/events.jsonl"), shown.standardOutput)
    }
}
