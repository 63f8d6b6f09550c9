import Support

/// File names that hold secrets by custom; such files are never opened.
package enum SecretNames {
    /// Patterns for the last path segment, compared in lower case.
    private static let patterns: [PathPattern] = [
        ".env*", "*.env", "*.pem", "*.key", "id_rsa*", "id_dsa*", "id_ecdsa*", "id_ed25519*", "*.p12", "*.pfx", "*.p8",
        "*.ppk", "*.keystore", "*.jks", "*.kdbx", "*.ovpn", ".netrc", "_netrc", ".npmrc", ".pypirc", ".pgpass",
        ".my.cnf", ".htpasswd", ".git-credentials", ".dockercfg", ".dockerconfigjson", "secrets", "secrets.*",
        "*.secret", "*.secrets", "service-account*.json", "service_account*.json", "client_secret*.json",
        "*.tfstate", "*.tfstate.*", "*.tfvars", "kubeconfig", "*.kubeconfig", ".vault-token",
    ]

    /// Patterns that also match types and functions about credentials, so they do not apply to program text.
    private static let dataPatterns: [PathPattern] = ["credentials*", "*.credentials", "passwords*", "*password.txt"]

    /// Folders whose whole content is secret.
    private static let folders: Set<String> = [".ssh", ".gnupg", ".aws"]

    private static let publicKeySuffix = ".pub"

    /// The rule a path falls under; `nil` when its name is harmless.
    package static func rule(for path: String) -> String? {
        let segments = path.pathSegments.map { $0.lowercased() }
        guard let name = segments.last else { return nil }
        if let folder = segments.dropLast().first(where: folders.contains) { return "\(folder)/**" }
        if name.hasSuffix(publicKeySuffix), name.hasPrefix("id_") { return nil }
        if let pattern = patterns.first(where: { $0.matches(name) }) { return pattern.description }
        if segments.suffix(2) == [".docker", "config.json"] { return ".docker/config.json" }
        let isNamedExactly = path.lastPathSegment.hasPrefix("credentials.")
        guard isNamedExactly || !Language(path: path).isProgramText else { return nil }
        return dataPatterns.first { $0.matches(name) }?.description
    }
}
