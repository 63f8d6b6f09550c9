import Coordinator
import JobFile

/// The mistakes in a job file, one line each.
func mistakes(
    in text: String, overrides: [String] = [], manifests: Set<String>? = [], limits: JobFileLimits = JobFileLimits()
) -> [String] {
    mistakes(in: Array(text.utf8), overrides: overrides, manifests: manifests, limits: limits)
}

func mistakes(
    in bytes: [UInt8], overrides: [String] = [], manifests: Set<String>? = [], limits: JobFileLimits = JobFileLimits()
) -> [String] {
    let options = JobFileReader.Options(overrides: overrides, manifests: manifests, limits: limits)
    switch JobFileReader.read(bytes, file: "x.yaml", options: options) {
    case .success: return []
    case .failure(let failure): return failure.problems.map(\.description)
    }
}

/// The job of a file that is right.
func job(_ text: String, overrides: [String] = [], manifests: Set<String>? = []) throws -> JobSpecification {
    try JobFileReader.read(
        text, file: "x.yaml", options: JobFileReader.Options(overrides: overrides, manifests: manifests)
    ).get()
}

/// A job file around one agent's keys, in flow style: `agent("timeout: 5s")`.
func agent(_ keys: String, and more: String = "") -> String {
    "workflow: w\n\(more)\nagents:\n- {name: a, uses: collector, \(keys)}\n"
}

/// As ``agent(_:and:)``, for an agent that is a program.
func program(_ keys: String) -> String { "workflow: w\nagents:\n- {name: a, uses: command, command: [x], \(keys)}\n" }

/// As ``agent(_:and:)``, for an agent that is made of a model.
func modelAgent(_ keys: String, and more: String = "") -> String {
    "workflow: w\n\(more)\nagents:\n- {name: a, uses: model, \(keys)}\n"
}
