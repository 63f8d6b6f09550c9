import Coordinator
struct ReportPage {
    init(_ result: JobResult, artifacts: [ArtifactFiles]) {}
    var html: String { "" }
}
