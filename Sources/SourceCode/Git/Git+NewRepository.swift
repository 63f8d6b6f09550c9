extension Git {
    /// Makes a repository of a folder's files, with one commit.
    ///
    /// No setting of the user and no template has a part in it, so that it is the same for everybody.
    /// - Parameters:
    ///   - folder: the real path of a folder without a repository.
    ///   - message: the commit's.
    /// - Throws: ``WorkspaceCopyError``; ``ProgramError`` when git cannot be started; `CancellationError`.
    package func makeRepository(in folder: String, message: String) async throws {
        let settings = [
            "core.hooksPath=/dev/null", "core.autocrlf=false", "core.compression=0", "gc.auto=0",
            "user.name=coordinator", "user.email=coordinator@localhost", "commit.gpgSign=false",
            // All files go into one pack, in place of a file each: that is several times as fast, and sooner removed.
            "core.bigFileThreshold=1",
        ]
        let made = GitFolder(new: folder + "/.git", workTree: folder, settings: settings)
        for command in [
            ["init", "-q", "--template=", "-b", "main"], ["add", "-A", "-f"],
            ["commit", "-q", "--allow-empty", "--no-verify", "-m", message],
        ] {
            let result = try await run(command, with: made, timeout: .seconds(300))
            guard result.succeeded else {
                throw WorkspaceCopyError(code: .writeFailed, path: folder + "/.git", cause: result.gitMessage)
            }
        }
    }
}
