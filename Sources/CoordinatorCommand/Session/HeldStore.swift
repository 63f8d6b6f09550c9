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

    /// Takes commands for the jobs that this process runs, and for the store's other jobs.
    ///
    /// - Parameter running: finds a job that this process runs.
    /// - Returns: what listens until it is ended; `nil` after a warning, since a job needs no commands to run.
    func listen(
        for running: @escaping @Sendable (_ job: String) -> JobCoordinator?, runner: ProgramRunner,
        environment: [String: String]
    ) -> ControlSocket? {
        do {
            let socket = try ControlSocket(
                store: store.file, handler: Requests(running: running, held: self), runner: runner,
                runtime: EnvironmentReader.text(environment["XDG_RUNTIME_DIR"]))
            if let note = socket.note { Console.error(note) }
            return socket
        } catch {
            Console.error("warning: \(error) Commands that answer or cancel jobs do not reach it.")
            return nil
        }
    }

    private struct Requests: StoreRequestHandler {
        let running: @Sendable (String) -> JobCoordinator?
        let held: HeldStore

        func answer(_ request: StoreRequest, by name: String) async -> StoreAnswer {
            if let coordinator = running(request.job) { return await request.perform(on: coordinator, by: name) }
            return await request.perform(in: held.store, by: name, resume: held.file.resume(request.job))
        }
    }
}
