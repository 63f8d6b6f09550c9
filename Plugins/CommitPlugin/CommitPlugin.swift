import Foundation
import PackagePlugin

/// Writes the commit of the working tree into a source file of the target, for `coordinator --version`.
///
/// The package manifest could ask for the commit too, but SwiftPM keeps what a manifest said until its text changes, so a
/// second build would name the commit of the first. A build command runs again when one of its inputs changes, and every
/// commit changes git's own files.
@main
struct CommitPlugin: BuildToolPlugin {
    func createBuildCommands(context: PluginContext, target: any Target) -> [Command] {
        let package = context.package.directoryURL
        let output = context.pluginWorkDirectoryURL.appending(path: "Commit.swift")
        let inputs = ["HEAD", "logs/HEAD"].map { gitFolder(of: package).appending(path: $0) }
        return [
            .buildCommand(
                displayName: "Writing the commit", executable: URL(filePath: "/bin/sh"),
                arguments: ["-c", script, "sh", package.path, output.path],
                inputFiles: inputs.filter { FileManager.default.fileExists(atPath: $0.path) }, outputFiles: [output])
        ]
    }

    /// The folder in which git keeps `HEAD`. In a further working tree of a clone `.git` is a file that names it.
    private func gitFolder(of package: URL) -> URL {
        let git = package.appending(path: ".git")
        let prefix = "gitdir: "
        guard let link = try? String(contentsOf: git, encoding: .utf8), link.hasPrefix(prefix) else { return git }
        let path = link.dropFirst(prefix.count).trimmingCharacters(in: .whitespacesAndNewlines)
        return URL(filePath: path, relativeTo: package)
    }

    /// Arguments: the package, the file to write. A package that is a plain folder, even one inside another project's clone,
    /// has no commit.
    private let script = """
        commit=
        if [ -e "$1/.git" ]; then commit=$(git -C "$1" rev-parse --short=7 HEAD 2>/dev/null) || commit=; fi
        name=nil
        if [ -n "$commit" ]; then name="\\"$commit\\""; fi
        printf 'enum Commit {\\n    static var name: String? { %s }\\n}\\n' "$name" >"$2"
        """
}
