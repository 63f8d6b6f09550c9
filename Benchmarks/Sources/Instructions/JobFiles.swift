import JobFile

/// A job file's way from its bytes to a specification: a file with every part that most files have and twenty agents.
enum JobFiles {
    static func run(rounds: Int) throws {
        let bytes = Array(text.utf8)
        for _ in 0..<rounds {
            let job = try JobFileReader.read(bytes, file: "job.yaml").get()
            guard job.agents.count == 20 else {
                throw Unexpected(description: "the file has \(job.agents.count) agents")
            }
        }
    }

    private static let text =
        """
        # What is read by the figure `job-file`.
        workflow: review
        task:
          description: >-
            Review how a job file becomes a job, and how agents run over the blackboard.
          requirements:
            - Every attempt of an agent ends with an outcome.
            - A retry waits longer each time, up to a cap, with jitter.
        constraints:
          - Every public declaration has a documentation comment.
        limits: {concurrency: 8, timeout: 5m}
        fields:
          notes: {merge: append}
        roles:
          writer: {reads: [task, artifacts], writes: [notes]}
        agents:

        """ + (0..<20).map { agent($0) }.joined()

    private static func agent(_ index: Int) -> String {
        """
          - name: agent-\(index)
            uses: command
            command: [python3, -c, "print('{}')", "\(index)"]
            role: writer
            needs: [\(index == 0 ? "" : "agent-\(index - 1)")]
            timeouts: {attempt: 3m, total: 4m}
            retry: {max_retries: 2, initial: 500ms, multiplier: 2, cap: 10s, jitter: 1}
            when: {exists: artifacts.code}

        """
    }
}
