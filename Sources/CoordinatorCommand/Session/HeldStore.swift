import Coordinator
import Processes
import SQLiteStore
import StoreControl
import Support

/// The store that this process writes, and the socket by which commands reach it meanwhile.
struct HeldStore: Sendable {
    let file: StoreFile
    let store: SQLiteStore

    /// - Throws: ``StoreError``, which names the process that holds the store already.
    init(_ file: StoreFile) throws {
        self.file = file
        store = try file.held()
    }

    /// Takes commands for a job that this process runs, and for the store's other jobs.
    ///
    /// - Returns: what listens until it is ended; `nil` after a warning, since a job needs no commands to run.
    func listen(
        for coordinator: JobCoordinator, runner: ProgramRunner, environment: [String: String]
    ) -> ControlSocket? {
        do {
            let socket = try ControlSocket(
                store: store.file, handler: Requests(coordinator: coordinator, held: self), runner: runner,
                runtime: EnvironmentReader.text(environment["XDG_RUNTIME_DIR"]))
            if let note = socket.note { Console.error(note) }
            return socket
        } catch {
            Console.error("warning: \(error) Commands that answer or cancel the job do not reach it.")
            return nil
        }
    }

    /// The command that takes a job up.
    func resume(_ job: String) -> String {
        (["coordinator", "resume", ForeignText.line(job)] + file.words).commandLine
    }

    private struct Requests: StoreRequestHandler {
        let coordinator: JobCoordinator
        let held: HeldStore

        func answer(_ request: StoreRequest, by name: String) async -> StoreAnswer {
            request.job == coordinator.context.id
                ? await request.perform(on: coordinator, by: name)
                : await request.perform(in: held.store, by: name, resume: held.resume(request.job))
        }
    }
}
