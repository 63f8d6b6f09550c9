import Glibc

/// A git folder of ours in a scratch folder: the settings in it are ours and name no program, while the index, the
/// objects and the rules for ignored files may be a repository's.
///
/// What a repository could make git start, it says in the settings beside its objects, and those are never read:
/// attributes only name what the settings define.
struct GitFolder: Sendable {
    /// The top of the working tree.
    let workTree: String
    /// Settings given in the command line, as `name=value`, or as a name alone.
    let settings: [String]
    /// The variables that make git use the folder.
    let environment: [String: String]
    private let scratch: ScratchDirectory?

    /// Makes a folder for a working tree of which git needs no index, no objects and no setting of anybody.
    /// - Parameter workTree: its real path.
    /// - Throws: ``WorkspaceCopyError`` when there is no room for the folder.
    init(workTree: String) throws(WorkspaceCopyError) {
        let scratch = try ScratchDirectory()
        self.scratch = scratch
        self.workTree = workTree
        settings = ["core.attributesFile=/dev/null", "core.excludesFile=/dev/null"]
        environment = ["GIT_DIR": scratch.path, "GIT_WORK_TREE": workTree, "GIT_ATTR_NOSYSTEM": "1"]
        try Self.fill(scratch.path, head: nil, objectFormat: GitRepository.defaultObjectFormat)
    }

    /// Makes a folder that shows a repository's index and objects.
    /// - Parameter settings: the user's settings that say how files compare.
    /// - Throws: ``WorkspaceCopyError`` when there is no room for the folder.
    init(of repository: GitRepository, settings: [String]) throws(WorkspaceCopyError) {
        let scratch = try ScratchDirectory()
        self.scratch = scratch
        workTree = repository.top
        self.settings = settings
        var environment = [
            "GIT_DIR": scratch.path, "GIT_WORK_TREE": repository.top,
            "GIT_INDEX_FILE": repository.gitFolder + "/index",
            "GIT_OBJECT_DIRECTORY": repository.commonFolder + "/objects",
        ]
        // Where the user's own rules for ignored files and attributes are by custom; both are data.
        if let folder = getenv("XDG_CONFIG_HOME") { environment["XDG_CONFIG_HOME"] = String(cString: folder) }
        self.environment = environment
        try Self.fill(scratch.path, head: repository.head, objectFormat: repository.objectFormat)
        for (name, folder) in [
            ("info/attributes", repository.commonFolder), ("info/exclude", repository.commonFolder),
            ("info/sparse-checkout", repository.gitFolder),
        ] {
            try Self.link(name, from: scratch.path, to: folder)
        }
    }

    /// A folder that git is to make itself, in a working tree of ours.
    init(new path: String, workTree: String, settings: [String]) {
        scratch = nil
        self.workTree = workTree
        self.settings = settings
        environment = ["GIT_DIR": path, "GIT_WORK_TREE": workTree]
    }

    private static func fill(_ path: String, head: String?, objectFormat: String) throws(WorkspaceCopyError) {
        for folder in ["info", "objects", "refs"] { try makeFolder(path + "/" + folder) }
        let isDefault = objectFormat == GitRepository.defaultObjectFormat
        let settings =
            "[core]\n\tbare = false\n\trepositoryFormatVersion = \(isDefault ? 0 : 1)\n"
            + (isDefault ? "" : "[extensions]\n\tobjectFormat = \(objectFormat)\n")
        try Array(settings.utf8).write(toFile: path + "/config")
        try Array(((head ?? "ref: refs/heads/none") + "\n").utf8).write(toFile: path + "/HEAD")
    }

    /// A file that is not there makes a link that leads nowhere, which git reads as no file.
    private static func link(_ name: String, from path: String, to folder: String) throws(WorkspaceCopyError) {
        guard symlink(folder + "/" + name, path + "/" + name) == 0 else {
            throw WorkspaceCopyError(code: .writeFailed, path: path + "/" + name, errno: errno)
        }
    }
}
