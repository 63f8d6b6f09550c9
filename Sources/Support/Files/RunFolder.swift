/// The names of the files that a run leaves in its folder: who writes them, and who must not read them as input, ask
/// here.
package enum RunFolder {
    package static let result = "result.json"
    package static let context = "context.json"
    package static let events = "events.jsonl"
    package static let report = "report.html"
    package static let metrics = "metrics.prom"
    package static let artifacts = "artifacts"
    /// The files of every run, beside its artifacts.
    package static let fixed = [result, context, events, report, metrics]
    /// The file that lists the artifacts' files, one path a line. It is the first file of a run, so that it tells a
    /// run's folder from any other.
    package static let list = ".coordinator-files"
    /// The most bytes of the list that are read; no run writes a longer one.
    package static let maxListBytes = 4 << 20
    /// What the name of an unfinished file ends with.
    package static let temporarySuffix = ".coordinator-tmp"
    /// The file that keeps a run's folder out of the repository around it.
    package static let ignore = ".gitignore"
    /// Its content.
    package static let ignoreText = "# The results of a run of coordinator; git passes them over.\n*\n"
}
