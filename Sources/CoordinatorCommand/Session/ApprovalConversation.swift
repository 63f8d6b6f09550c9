import Coordinator
import JobFile
import JobReport
import Support

/// Asks the person at the terminal what a job's approvals ask, one after the other.
struct ApprovalConversation {
    /// How often in a row the input may end without an answer before nobody is asked any more.
    private static let mostEnds = 3

    let coordinator: JobCoordinator
    /// Stands still meanwhile; `nil` for none.
    let display: ProgressDisplay?
    let hasColor: Bool

    /// Why a job cannot be run where nobody can be asked and nothing is kept; `nil` when it can.
    ///
    /// - Parameters:
    ///   - isTerminal: whether there is a terminal to ask at.
    ///   - isKept: whether the job is kept, so that it can be answered and resumed later.
    static func refusal(of spec: JobSpecification, isTerminal: Bool, isKept: Bool) -> String? {
        guard !isTerminal, !isKept, let agent = spec.agents.first(where: \.asksPeople) else { return nil }
        return
            "agent '\(ForeignText.line(agent.name))' asks a person, and nobody can be asked here: standard input and "
            + "standard error are no terminal, and the job is not kept for an answer later. Run it on a terminal, or with "
            + "--store FILE, and answer it with coordinator approve"
    }

    /// Asks until the job has ended, or the terminal gives no more input.
    func run() async {
        var endsLeft = Self.mostEnds
        do {
            for try await event in coordinator.events where event.kind == .attemptSuspended {
                // Those that began to wait meanwhile are asked in turn; their own events find them answered.
                while let (waiting, request) = next() {
                    display?.pause()
                    defer { display?.resume() }
                    guard await ask(waiting, request, &endsLeft) else {
                        Console.error("Nobody is asked any more: the terminal gives no input. Ctrl-C ends the job.")
                        return
                    }
                }
            }
        } catch {
            Console.error("warning: \(error); nobody is asked any more")
        }
    }

    private func next() -> (SuspendedRun, ApprovalRequest)? {
        for waiting in coordinator.suspendedRuns {
            if let request = ApprovalRequest(state: waiting.state) { return (waiting, request) }
        }
        return nil
    }

    /// - Returns: whether the terminal gives input.
    private func ask(_ waiting: SuspendedRun, _ request: ApprovalRequest, _ endsLeft: inout Int) async -> Bool {
        TerminalInput.discardTyped()
        Console.progress("\n" + ApprovalText.question(waiting.run, request, hasColor: hasColor))
        while true {
            Console.progress(ApprovalText.prompt)
            switch await TerminalInput.line(while: { coordinator.suspendedRuns.contains(waiting) }) {
            case .unwanted:
                Console.error("\nThe answer is not needed any more.")
                return true
            case .end:
                endsLeft -= 1
                Console.error("")
                if endsLeft <= 0 { return false }
            case .line(let line):
                endsLeft = Self.mostEnds
                guard let answer = ApprovalText.answer(line, to: request) else { continue }
                if let refusal = await give(answer, to: waiting.run) { Console.error(refusal) } else { return true }
            }
            if !coordinator.suspendedRuns.contains(waiting) { return true }
        }
    }

    /// - Returns: why the answer is not taken; `nil` when it was.
    private func give(_ answer: ApprovalAnswer, to run: RunIdentity) async -> String? {
        do {
            try await coordinator.answer(
                agent: run.agent, round: run.round, item: run.item, answer, by: LocalUser.description)
            return nil
        } catch {
            return Sentences.ended("Not taken: \(error)")
        }
    }
}
