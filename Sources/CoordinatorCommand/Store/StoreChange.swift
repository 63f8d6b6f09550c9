import Coordinator
import Glibc
import JobReport
import SQLiteStore
import StoreControl
import Support

/// What a command changed, as it prints it.
private struct ChangeDocument: Encodable {
    let schemaVersion = 1
    let jobID: String
    let done: Bool
    let message: String

    private enum CodingKeys: String, CodingKey {
        case schemaVersion = "schema_version"
        case jobID = "job_id"
        case done, message
    }
}

/// A change of one job: asked of the process that holds the store, or made here where none does.
struct StoreChange {
    private let file: StoreFile
    private let request: StoreRequest

    /// - Throws: an exit code, after printing that no store is named.
    init(_ action: StoreRequest.Action, to job: JobArgument, in store: StoreOption) throws {
        file = try store.file(ProcessEnvironment.variables)
        request = StoreRequest(job: job.job, action)
    }

    /// How often a holder that does not listen yet, or does not any more, is asked again, and how far apart.
    private static let attempts = 10
    private static let pause = Duration.milliseconds(200)

    /// Makes the change and prints what came of it.
    ///
    /// - Throws: an exit code: 1 when it was refused.
    func make(_ output: OutputOption) async throws {
        let answer = try await StoreFile.telling { try await asked() }
        let document = ChangeDocument(jobID: request.job, done: answer.isDone, message: answer.message)
        if !answer.isDone, output.output == .text {
            Console.error("error: \(ForeignText.line(answer.message))")
        } else {
            try output.print(document, text: ForeignText.line(answer.message) + "\n")
        }
        if !answer.isDone { throw Exit.failed }
    }

    private func asked() async throws -> StoreAnswer {
        let reading = try file.opened()
        guard try await reading.job(request.job) != nil else {
            return .refused(try await file.unknown(request.job, in: reading).description)
        }
        // By the name that the holder has for it, whatever links lead there.
        let client = ControlClient(store: reading.file)
        await reading.close()
        for left in (0..<Self.attempts).reversed() {
            do {
                return try client.ask(request)
            } catch  where error.code != .nobodyListens {
                throw error
            } catch {
                // Nobody holds the store, or its holder does not listen yet, or not any more.
            }
            do {
                return try await answerHere()
            } catch let error as StoreError where error.code == .held && left > 0 {
                try await Task.sleep(for: Self.pause)
            }
        }
        return .refused("The store's holder does not listen; ask again.")
    }

    /// Holds the store for a moment.
    private func answerHere() async throws -> StoreAnswer {
        let store = try file.held()
        let answer = await request.perform(in: store, by: LocalUser.description, resume: file.resume(request.job))
        await store.close()
        return answer
    }
}
