import FoundationEssentials
import JobFile
import Processes
import SourceCode

/// The job that `coordinator demo` runs again and again, and the workspace it runs on.
package enum DemoJob {
    /// The agent that is the drafter's fallback.
    static let standby = "standby"
    /// The agent that is run once for each file.
    static let reviewer = "reviewer"

    /// The text of the job file.
    package static let file = """
        workflow: demo-review
        task:
          description: Review how durations are parsed.
          requirements:
            - Durations with an unknown unit are refused.
            - Durations in minutes are parsed.
          validation:
            - [git, --version]
        constraints:
          - Keep the public functions' names.
        artifacts:
          code: {include: ["**"]}
        fields:
          findings: {merge: append}
        limits: {concurrency: 2, timeout: 1m}
        resources:
          model: {concurrency: 2}
        agents:
          - name: collector
            uses: collector
            timeout: 20s
            retry: {max_retries: 2, initial: 100ms, cap: 1s, jitter: 1}
            slo: {success: 99%, latency: {p95: 25.6s}}
          - name: drafter
            uses: drafter
            resource: model
            timeout: 20s
            retry: {max_retries: 1, initial: 100ms, cap: 1s, jitter: 1}
            breaker: {window: 10s, min_calls: 4, open: 10s}
            fallback: standby
            slo: {success: 95%}
          - name: validator
            uses: validator
            timeout: 10s
            retry: {max_retries: 2, initial: 100ms, cap: 1s, jitter: 1}
            fallback: standby
            slo: {success: 99%}
          - name: reviewer
            uses: drafter
            role: {writes: [findings]}
            for_each: artifacts.code
            as: file
            quorum: {at_least: 60%}
            required: false
            retry: {max_retries: 1, initial: 100ms, cap: 1s, jitter: 1}
          - name: standby
            uses: drafter
            role: {reads: [task], writes: [artifacts.patch, artifacts.validation]}
            required: false
            max_retries: 0

        """

    /// The job, read from ``file`` as any job file is.
    package static var spec: Result<JobSpecification, JobFileProblems> { JobFileReader.read(file, file: "demo.yaml") }

    /// Makes the small git working tree that the demonstration's agents work on.
    ///
    /// - Parameters:
    ///   - folder: an empty folder.
    ///   - runner: starts git.
    /// - Throws: ``ProgramError`` where git cannot be started, ``WorkspaceCopyError`` where it fails; the file system's
    ///   errors.
    package static func makeWorkspace(in folder: String, by runner: ProgramRunner) async throws {
        for (path, text) in files {
            let url = URL(filePath: "\(folder)/\(path)")
            try FileManager.default.createDirectory(
                at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data(text.utf8).write(to: url)
        }
        try await Git(runner: runner).makeRepository(in: folder, message: "demo")
    }

    private static let files = [
        "README.md": "# Durations\n\nReads texts such as `90s` and `1h30m`.\n",
        "durations/parse.py": """
        UNITS = {"ms": 0.001, "s": 1, "m": 60, "h": 3600}


        def parse_duration(text):
            for unit, seconds in UNITS.items():
                if text.endswith(unit):
                    return float(text[: -len(unit)]) * seconds
            raise ValueError(f"no unit in {text!r}")


        def format_duration(seconds):
            return f"{seconds:g}s"

        """,
        "tests/test_parse.py": """
        from durations.parse import parse_duration


        def test_minutes():
            assert parse_duration("2m") == 120

        """,
    ]
}
