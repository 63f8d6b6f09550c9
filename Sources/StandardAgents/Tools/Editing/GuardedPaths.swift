import Support

/// Files that tell other machines what to run, with the keys of the people whose machines they are: a person changes them.
enum GuardedPaths {
    private static let folders: Set<String> = [
        ".github", ".gitlab", ".gitea", ".forgejo", ".circleci", ".buildkite", ".woodpecker", ".azure-pipelines",
        ".husky", ".githooks",
    ]
    private static let files: Set<String> = [
        ".gitlab-ci.yml", ".gitlab-ci.yaml", ".travis.yml", ".drone.yml", ".gitmodules", ".gitattributes",
        "azure-pipelines.yml", "jenkinsfile", "bitbucket-pipelines.yml",
    ]

    /// Whether a path, as it stands in the workspace, is one of them. Some file systems do not tell letters' cases apart.
    static func contains(_ path: String) -> Bool {
        let parts = path.lowercased().pathSegments.map(String.init)
        return parts.dropLast().contains(where: folders.contains) || parts.last.map(files.contains) ?? false
    }
}
