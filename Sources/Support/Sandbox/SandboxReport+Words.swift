extension SandboxReport {
    /// How messages name limits that were reached: `limits of memory and processes`.
    package static func names(_ limits: [Limit]) -> String {
        let names = limits.map(\.rawValue)
        let list = ([names.dropLast().joined(separator: ", "), names.last ?? ""]).filter { !$0.isEmpty }
        return "limit\(names.count == 1 ? "" : "s") of \(list.joined(separator: " and "))"
    }
}
