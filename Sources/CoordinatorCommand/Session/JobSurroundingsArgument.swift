import Coordinator
import CurlClient
import ExternalAgents
import JobComposition
import JobFile
import Support

/// What `run` and `validate` know beside the job file: the manifests of a folder, and the models of the environment.
struct JobSurroundingsArgument {
    /// The folder of the manifests.
    let agents: String
    let environment: [String: String]
    let client = SharedHTTPClient()
    let models: ModelSource

    /// - Parameter model: the model of agents whose job file names none.
    /// - Throws: an exit code, after printing what cannot be used.
    init(_ folder: AgentFolder, workspace: String, model: String?) throws {
        agents = try folder.path(workspace: workspace)
        environment = ProcessEnvironment.takingSecrets()
        do {
            models = try ModelSource(environment: environment, name: model, client: client)
        } catch {
            Console.error("error: --model: \(error)")
            throw Exit.unusable
        }
    }

    /// Reads a job file. If it has mistakes, the manifests' problems are printed first, since an agent may be missing
    /// because its manifest cannot be used.
    func read(_ job: String, overrides: [String]) throws -> JobSpecification {
        let scan = ManifestScan(agents, home: environment["HOME"])
        let options = KnownAgents(scan).options(
            overrides: overrides, models: models, environment: environment, folder: .of(job))
        let spec = try JobFileArgument.read(job, options: options) {
            for problem in scan.problems.sorted(by: { $0.key < $1.key }) { Console.error(problem.value) }
        }
        ProcessEnvironment.hide(spec.secretVariables)
        return spec
    }

    /// Reads the job file of a job that was kept; mistakes come of what is around it now.
    func read(_ history: JobHistory) throws -> JobSpecification {
        let scan = ManifestScan(agents, home: environment["HOME"])
        do {
            return try KeptSpecification.of(
                history, KnownAgents(scan).options(models: models, environment: environment))
        } catch {
            for problem in scan.problems.sorted(by: { $0.key < $1.key }) { Console.error(problem.value) }
            Console.error(
                "error: job '\(ForeignText.line(history.summary.jobID))' cannot be made again, and nothing was run: \(error)"
            )
            throw Exit.unusable
        }
    }
}
