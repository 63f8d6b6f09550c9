import Coordinator
import JobReport
import TestSupport

/// The page for a result, by the public way.
func page(of result: JobResult) throws -> String {
    let folder = try TemporaryFolder()
    let out = try OutFolder(path: folder.path)
    try out.write(result, context: ContextDocument(JobContext(id: result.jobID)), metrics: "")
    return try folder.read("report.html")
}
