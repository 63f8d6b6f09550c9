import Glibc
import Support

/// The folders of `PATH` whose programs a confined program does not find: those in home folders, and those that the user
/// it runs as cannot enter.
package struct HiddenPrograms: Sendable, Hashable {
    /// Folders of programs that a sandbox does not show.
    package private(set) var folders: [String] = []
    /// What has to stand under `sandbox.reads` so that they work: the folders of their toolchains, with what links in them
    /// lead to. At most ``SandboxPolicy/pathLimit``.
    package private(set) var reads: [String] = []
    /// The folders around them that confined programs cannot enter whatever `sandbox.reads` says.
    package private(set) var closed: [String] = []

    /// - Parameter path: a value of `PATH`; entries that are not absolute and folders that are not there are passed over.
    package init(path: String) { self.init(path: path, canEnter: Self.canEnter) }

    /// - Parameters:
    ///   - path: as above.
    ///   - canEnter: whether the user that confined programs run as may enter a folder.
    package init(path: String, canEnter: (String) -> Bool) {
        for folder in InstalledPrograms.folders(of: path) where folder.isAbsolutePath {
            guard let real = Self.real(folder), let names = try? Folders.names(in: real) else { continue }
            let targets = names.sorted().compactMap { Self.real("\(real)/\($0)") }.filter(InstalledPrograms.isProgram)
            guard !targets.isEmpty else { continue }
            let isHidden = !SandboxView.isShown(folder + "/") || !SandboxView.isShown(real + "/")
            let walls = Self.around(real).filter { !canEnter($0) }
            guard isHidden || !walls.isEmpty else { continue }
            Self.add(folder, to: &folders)
            for wall in walls { Self.add(wall, to: &closed) }
            guard isHidden else { continue }
            for path in [folder + "/", real + "/"] + targets where !SandboxView.isShown(path) {
                let toolchain = Self.toolchain(of: String(path.parentPath))
                // A folder of the root, such as /etc or /home, is no toolchain.
                guard toolchain.pathSegments.count > 1, reads.count < SandboxPolicy.pathLimit else { continue }
                Self.add(toolchain, to: &reads)
            }
        }
        reads = reads.filter { path in !reads.contains { $0 != path && path.hasPrefix($0 + "/") } }
    }

    private static func add(_ path: String, to list: inout [String]) {
        if !list.contains(path) { list.append(path) }
    }

    /// The folder of a toolchain: around its `bin` or `shims`. `~/bin` and `~/.local/bin` hold programs of several, and
    /// around them is what nobody should see.
    private static func toolchain(of folder: String) -> String {
        let parent = folder.parentPath
        guard ["bin", "shims"].contains(folder.lastPathSegment), !parent.isEmpty, parent.lastPathSegment != ".local",
            !isHome(String(parent))
        else { return folder }
        return String(parent)
    }

    private static func isHome(_ path: String) -> Bool {
        path == ProgramVariables.passed["HOME"] || path == "/root" || path.parentPath == "/home"
    }

    /// A folder and those around it, from the outermost.
    private static func around(_ folder: String) -> [String] {
        folder.pathSegments.reduce(into: [""]) { $0.append($0[$0.count - 1] + "/" + $1) }.filter { !$0.isEmpty }
    }

    private static func canEnter(_ folder: String) -> Bool {
        var status = stat()
        guard stat(folder, &status) == 0 else { return false }
        guard SandboxUser.isOther else { return access(folder, X_OK) == 0 }
        if status.st_uid == SandboxUser.unprivileged { return status.st_mode & S_IXUSR != 0 }
        return status.st_mode & (status.st_gid == SandboxUser.group ? S_IXGRP : S_IXOTH) != 0
    }

    private static func real(_ path: String) -> String? {
        guard let resolved = realpath(path, nil) else { return nil }
        defer { free(resolved) }
        return String(cString: resolved)
    }
}
