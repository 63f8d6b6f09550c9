import Support

/// The addresses to which alerts and dashboards link.
public struct AssetLinks: Sendable, Hashable {
    /// The address of the folder of runbooks, one file for each alert. It may have a query.
    public var runbooks: String
    /// Grafana's address. It may have a query, such as that of an organisation.
    public var grafana: String

    /// The addresses of the shipped stack on the same machine, whose Grafana also serves the runbooks.
    public static let local = AssetLinks(
        runbooks: "http://127.0.0.1:3000/public/runbooks", grafana: "http://127.0.0.1:3000")

    /// Sets both addresses.
    public init(runbooks: String, grafana: String) {
        self.runbooks = runbooks
        self.grafana = grafana
    }

    func runbook(_ alert: String) -> String { Self.joined(runbooks, "\(alert).md") }

    /// A dashboard's address with its variables set from the labels of an alert.
    func dashboard(_ uid: String, _ labels: [String: String]) -> String {
        let variables = labels.sorted { $0.key < $1.key }.map { "var-\($0.key)={{ $labels.\($0.value) | urlquery }}" }
        return Self.joined(grafana, "d/\(uid)", variables.joined(separator: "&"))
    }

    /// The address of something below another, which may be a path of the server that shows the link.
    private static func joined(_ base: String, _ addition: String, _ parameters: String = "") -> String {
        if let address = try? WebAddress(base) { return address.appending(addition, parameters: parameters).text }
        let sent = base.utf8.prefix { $0 != UInt8(ascii: "#") }
        let path = sent.prefix { $0 != UInt8(ascii: "?") }
        let slash = path.last == UInt8(ascii: "/") ? "" : "/"
        let query = [Substring(sent[path.endIndex...].dropFirst()), parameters[...]].filter { !$0.isEmpty }
        return "\(Substring(path))\(slash)\(addition)" + (query.isEmpty ? "" : "?\(query.joined(separator: "&"))")
    }
}
