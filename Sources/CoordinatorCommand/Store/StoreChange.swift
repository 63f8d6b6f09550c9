import ArgumentParser
import Coordinator
import Glibc
import JobReport
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
    let file: StoreFile
    let request: StoreRequest

    /// How often a holder that does not listen yet, or does not any more, is asked again, and how far apart.
    private static let attempts = 10
    private static let pause = Duration.milliseconds(200)

    /// Makes the change and prints what came of it.
    ///
    /// - Throws: an exit code: 1 when it was refused.
    func make(_ output: OutputOption) async throws {
        let answer = try await StoreFile.telling { try await answer() }
        let document = ChangeDocument(jobID: request.job, done: answer.isDone, message: answer.message)
        if !answer.isDone, output.output == .text {
            Console.error("error: \(ForeignText.line(answer.message))")
        } else {
            try output.print(document, text: ForeignText.line(answer.message) + "\n")
        }
        if !answer.isDone { throw Exit.failed }
    }

    private func answer() async throws -> StoreAnswer {
        var left = Self.attempts
        while true {
            do {
                return try ControlClient(store: file.path).ask(request)
            } catch let error where error.code != .nobodyListens {
                throw error
            } catch {}
            do {
                let store = try file.held()
                do {
                    return .done(try await request.perform(in: store, by: LocalUser.name(of: geteuid())))
                } catch JournalRefusal.unknown(let job) {
                    return .refused(try await file.unknown(job, in: store).description)
                } catch let error as any RefusedChange {
                    return .refused("\(error)")
                }
            } catch let error as StoreFile.Held where left > 0 {
                _ = error
                left -= 1
                try await Task.sleep(for: Self.pause)
            }
        }
    }
}
