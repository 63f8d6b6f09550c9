import Coordinator
import JobReport
import TestSupport

/// The page for a result, by the public way.
func page(of result: JobResult) throws -> String {
    let folder = try TemporaryFolder()
    let out = try OutFolder(path: folder.path)
    let files = out.write(result, context: ContextDocument(JobContext(id: result.jobID)), metrics: "")
    if let failure = files.failures.first { throw failure }
    return try folder.read("report.html")
}
