import Coordinator
import CurlClient
import FoundationEssentials
import JobFile
import Logging
import Processes
import Support

/// A folder of manifests, `agents/NAME.yaml`, whose agents come and go with the files.
///
/// A changed file changes its agent, and a deleted file removes it; runs that have found the agent go on. A file that
/// becomes invalid keeps its last valid agent, and the problem is logged once.
public final class ManifestFolder: AgentSource {
    /// The folder.
    public let path: String
    private let workspace: String
    private let environment: [String: String]
    private let client: SharedHTTPClient
    private let logger: Logger
    private let runner: ProgramRunner
    private let state = Locked(State())

    private struct State {
        /// The manifests whose agents are registered, by the agent's name.
        var registered: [String: ManifestScan.Found] = [:]
        var problems: [String: String] = [:]
    }

    /// Makes a source; nothing is read yet.
    ///
    /// - Parameters:
    ///   - path: the folder; it need not exist yet.
    ///   - workspace: the folder in which programs run.
    ///   - environment: the variables to choose from for programs; see ``ProgramEnvironment``.
    ///   - client: the HTTP client that calls services.
    ///   - logger: logs changes and problems.
    public convenience init(
        _ path: String, workspace: String, environment: [String: String], client: SharedHTTPClient, logger: Logger
    ) {
        self.init(
            path, workspace: workspace, environment: environment, client: client, logger: logger,
            runner: ProgramRunner())
    }

    /// - Parameter runner: starts the programs.
    package init(
        _ path: String, workspace: String, environment: [String: String], client: SharedHTTPClient, logger: Logger,
        runner: ProgramRunner
    ) {
        self.path = Self.plain(path.isAbsolutePath ? path : FileManager.default.currentDirectoryPath + "/" + path)
        self.workspace = workspace
        self.environment = environment
        self.client = client
        self.logger = logger
        self.runner = runner
    }

    /// The problems of the folder's files, as of the last time it was read.
    public var problems: [String] { state.withLock { $0.problems.sorted { $0.key < $1.key }.map(\.value) } }

    /// Reads the folder once, and updates the registry to match it.
    public func refresh(_ registry: AgentRegistry) {
        let scan = ManifestScan(path, home: environment["HOME"])
        state.withLock { state in
            for (file, problem) in scan.problems.sorted(by: { $0.key < $1.key }) where state.problems[file] != problem {
                logger.warning("\(problem)")
            }
            state.problems = scan.problems
            for (name, found) in scan.manifests.sorted(by: { $0.key < $1.key }) where state.registered[name] != found {
                register(found, in: registry, replacing: state.registered[name])
                state.registered[name] = found
            }
            for (name, old) in state.registered where scan.manifests[name] == nil {
                // A file that exists but is invalid, or empty as it is still being written, keeps its last agent.
                guard !scan.isUnreadable, scan.problems[old.file] == nil, !scan.emptyFiles.contains(old.file)
                else { continue }
                state.registered[name] = nil
                guard registry.entry(.name(name))?.source == old.file else { continue }
                registry.remove(name)
                logger.info("agent '\(name)' \(old.manifest.version) has gone: \(old.file)")
            }
        }
    }

    /// Reads the folder, and again whenever it may have changed, until the task is cancelled.
    ///
    /// - Throws: when the system refuses to watch the folder.
    public func publish(to registry: AgentRegistry) async throws {
        let watch = try FolderWatch(path)
        for await _ in watch.changes { refresh(registry) }
    }

    /// A path without empty parts and `.`, so that cutting off the last part gives the parent folder. A `..` stays:
    /// after a symbolic link only the system can resolve it.
    private static func plain(_ path: String) -> String {
        "/" + path.pathSegments.filter { $0 != "." }.joined(separator: "/")
    }

    private func register(
        _ found: ManifestScan.Found, in registry: AgentRegistry, replacing old: ManifestScan.Found?
    ) {
        let manifest = found.manifest
        if let other = registry.entry(.name(manifest.name)), other.source != found.file, other.source != old?.file {
            logger.warning("\(found.file): '\(manifest.name)' is registered by \(other.source) already; it is left out")
            return
        }
        let agent: any Agent
        switch manifest.implementation {
        case .command(let command):
            agent = CommandAgent(
                command, workingDirectory: workspace, environment: environment, variables: manifest.variables,
                sandbox: manifest.sandbox, runner: runner)
        case .http(let url):
            do {
                agent = HTTPAgent(url: url, client: try client.client())
            } catch {
                logger.warning("\(found.file): \(error)")
                return
            }
        }
        registry.register(
            AgentRegistry.Entry(
                manifest.name, version: manifest.version, capabilities: manifest.capabilities,
                description: manifest.description, source: found.file, defaults: manifest.defaults, agent: agent))
        let change =
            old.map { "changed from \($0.manifest.version) to \(manifest.version)" } ?? "\(manifest.version) appeared"
        logger.info("agent '\(manifest.name)' \(change): \(found.file)")
    }
}
