/// Finds the id of the container a process runs in, as the kernel shows it.
package enum ContainerID {
    /// - Parameters:
    ///   - controlGroups: the text of `/proc/self/cgroup`, which names the container under cgroup v1.
    ///   - mounts: the text of `/proc/self/mountinfo`, which names it under v2, since the runtime mounts files from the
    ///     container's folder.
    package static func find(controlGroups: String, mounts: String) -> String? {
        for line in controlGroups.split(separator: "\n") {
            // hierarchy:controllers:path
            let path = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false).last ?? ""
            if let last = path.split(separator: "/").last, let id = identifier(inScope: last) { return id }
        }
        for line in mounts.split(separator: "\n") {
            // The fourth field is the root of the mount within its file system, the fifth is the mount point.
            let fields = line.split(separator: " ")
            guard fields.count > 4, ["/etc/hostname", "/etc/resolv.conf", "/etc/hosts"].contains(fields[4]) else {
                continue
            }
            let folders = fields[3].split(separator: "/")
            // A pod's sandbox has an id of its own, which is not that of the container.
            for (folder, id) in zip(folders, folders.dropFirst())
            where ["containers", "overlay-containers"].contains(folder) && isIdentifier(id) {
                return String(id)
            }
        }
        return nil
    }

    /// The id in a name such as `ID`, `docker-ID.scope`, `cri-containerd-ID.scope` or `crio-ID` (written by systemd),
    /// or `prefix:runtime:ID`.
    private static func identifier(inScope name: Substring) -> String? {
        var name = name
        if name.hasSuffix(".scope") { name.removeLast(6) }
        if let separator = name.lastIndex(where: { $0 == "-" || $0 == ":" }) {
            name = name[name.index(after: separator)...]
        }
        return isIdentifier(name) ? String(name) : nil
    }

    private static func isIdentifier(_ text: Substring) -> Bool {
        text.utf8.count == 64 && text.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }
    }
}
