/// The addresses to which alerts and dashboards link.
public struct AssetLinks: Sendable, Hashable {
    /// The address of the folder of runbooks, one file for each alert; no slash at the end.
    public var runbooks: String
    /// Grafana's address; no slash at the end.
    public var grafana: String

    /// The addresses of the shipped stack on the same machine, whose Grafana also serves the runbooks.
    public static let local = AssetLinks(
        runbooks: "http://127.0.0.1:3000/public/runbooks", grafana: "http://127.0.0.1:3000")

    /// Sets both addresses.
    public init(runbooks: String, grafana: String) {
        self.runbooks = runbooks
        self.grafana = grafana
    }

    func runbook(_ alert: String) -> String { "\(runbooks)/\(alert).md" }

    /// A dashboard's address with its variables set from the labels of an alert.
    func dashboard(_ uid: String, _ labels: [String: String]) -> String {
        let variables = labels.sorted { $0.key < $1.key }.map { "var-\($0.key)={{ $labels.\($0.value) | urlquery }}" }
        return "\(grafana)/d/\(uid)" + (variables.isEmpty ? "" : "?" + variables.joined(separator: "&"))
    }
}
