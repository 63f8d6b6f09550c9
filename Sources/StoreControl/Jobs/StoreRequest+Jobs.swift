import Coordinator
import Support

// Where a request is carried out: by the process that runs the job, or in the journal of a job that nobody runs.

extension StoreRequest {
    /// Does what is asked to a job that this process runs.
    ///
    /// - Parameter name: who asks, as the kernel knows it.
    /// - Returns: what was done and is kept, or why it was not, in sentences.
    package func perform(on coordinator: JobCoordinator, by name: String) async -> StoreAnswer {
        await answering {
            switch action {
            case .approve(let run, let answer):
                try await coordinator.answer(agent: run.agent, round: run.round, item: run.item, answer, by: name)
            case .signal(let signal, let value): try await coordinator.signal(name: signal, value, by: name)
            case .cancel(let reason): try await coordinator.cancel(reason: reason, by: name)
            case .resolve(let run, let resolution, let contribution):
                try await coordinator.resolve(run, as: resolution, contribution: contribution, by: name)
            case .resolveCall(let run, let call, let resolution, let result):
                try await coordinator.resolve(run, call: call, as: resolution, result: result, by: name)
            }
            return "The process that runs the job goes on from there."
        }
    }

    /// Does what is asked to a job that no process runs. Only who holds the journal may call it.
    ///
    /// - Parameters:
    ///   - name: who asks, as the kernel knows it.
    ///   - resume: the command that takes the job up, as it is told to the user.
    /// - Returns: what was done and is kept, or why it was not, in sentences.
    package func perform(
        in journal: any JobJournal, by name: String, resume: String, now: Timestamp = .now
    ) async -> StoreAnswer {
        await answering {
            let job = try await UnheldJob(job, in: journal, now: now)
            switch action {
            case .approve(let run, let answer):
                try await job.answer(agent: run.agent, round: run.round, item: run.item, answer, by: name)
            case .signal(let signal, let value): try await job.signal(name: signal, value, by: name)
            case .cancel(let reason):
                try await job.cancel(reason: reason, by: name)
                return ""
            case .resolve(let run, let resolution, let contribution):
                try await job.resolve(run, as: resolution, contribution: contribution, by: name)
            case .resolveCall(let run, let call, let resolution, let result):
                try await job.resolve(run, call: call, as: resolution, result: result, by: name)
            }
            return "No process runs the job; it goes on with: \(resume)"
        }
    }

    private func answering(_ body: () async throws -> String) async -> StoreAnswer {
        do {
            let next = try await body()
            return .done(Sentences.joined(done, next))
        } catch JournalRefusal.ended {
            return .refused("Job '\(ForeignText.line(job))' has ended; nothing can be told to it any more.")
        } catch {
            return .refused(Sentences.ended(capitalised("\(error)")))
        }
    }

    /// What was done, in a sentence.
    private var done: String {
        let shown = ForeignText.line(job)
        func name(_ run: RunIdentity) -> String { "'\(ForeignText.line(run.agent, atMost: 64))' of job \(shown)" }
        return switch action {
        case .approve(let run, let answer):
            "The answer '\(ForeignText.line(answer.choice, atMost: 64))' to \(name(run)) is kept."
        case .signal(let signal, _): "The signal '\(ForeignText.line(signal, atMost: 64))' to job \(shown) is kept."
        case .cancel: "Job \(shown) is cancelled."
        case .resolve(let run, .succeeded, _): "It is kept that the attempt of \(name(run)) has succeeded."
        case .resolve(let run, .failed, _): "It is kept that the attempt of \(name(run)) has failed."
        case .resolve(let run, .retry, _): "It is kept that \(name(run)) is to be tried again."
        case .resolveCall(let run, let call, let resolution, _):
            "It is kept that call '\(ForeignText.line(call, atMost: 64))' of \(name(run)) \(words(resolution))."
        }
    }

    private func words(_ resolution: JobEvent.DoubtResolved.Resolution) -> String {
        switch resolution {
        case .succeeded: "has succeeded"
        case .failed: "has failed"
        case .retry: "is to be made again"
        }
    }

    private func capitalised(_ text: String) -> String { text.prefix(1).uppercased() + text.dropFirst() }
}
