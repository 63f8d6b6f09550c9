import CurlClient
import JobFile
import Logging
import Processes

extension JobNotifier {
    /// Makes the notifier of a job's targets.
    ///
    /// - Parameters:
    ///   - folder: the folder that programs run in.
    ///   - environment: the variables from which programs get those they are allowed, and keys are taken.
    ///   - client: the HTTP client for services; asked for only where there is one.
    /// - Throws: ``NoticeFailure`` for a key that is not there; the client's error where it cannot be started.
    package convenience init(
        _ targets: [NotificationTarget], folder: String, environment: [String: String], client: SharedHTTPClient,
        runner: ProgramRunner, logger: Logger
    ) throws {
        let senders = try targets.map { target -> any NoticeSender in
            switch target {
            case .command(let command, let variables):
                return CommandNoticeSender(
                    command: command, folder: folder,
                    environment: ProgramVariables.passed(from: environment, and: variables), runner: runner)
            case .http(let url, let keyVariable):
                let key = try keyVariable.map { try Self.key($0, environment) }
                return HTTPNoticeSender(url: url, key: key, client: try client.client())
            }
        }
        self.init(senders, logger: logger)
    }

    private static func key(_ variable: String, _ environment: [String: String]) throws -> SigningKey {
        guard let text = environment[variable], !text.isEmpty else {
            throw NoticeFailure(
                isFinal: true,
                "the environment has no variable \(variable), which is to hold the key by which notices are signed")
        }
        return SigningKey(text)
    }
}
