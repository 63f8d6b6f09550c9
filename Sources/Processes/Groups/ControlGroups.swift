import CLinux
import Glibc
import Support

/// Where this process may make control groups, by which the kernel limits several processes together.
///
/// A group is made below this process's own, so that whatever limits this process limits its programs too. Root may always
/// do so in version 1. In version 2 a group that has processes gives no limits to groups below it, so there the groups are
/// made beside this process's own, where the system has left the one around it to this user: by systemd's `Delegate=yes`
/// with `DelegateSubgroup=`.
package struct ControlGroups: Sendable {
    /// The version of the kernel's interface.
    package enum Version: Sendable, Hashable { case one, two }

    /// A folder in which groups are made, with what groups there can limit.
    package struct Parent: Sendable, Hashable {
        /// The folder.
        package let folder: String
        /// What groups in it can limit.
        package let limits: [SandboxReport.Limit]
        /// Which interface it has.
        package let version: Version

        package init(folder: String, limits: [SandboxReport.Limit], version: Version) {
            self.folder = folder
            self.limits = limits
            self.version = version
        }
    }

    /// The folders that are tried.
    package let parents: [Parent]

    /// What is found on this machine. A process stays in its group, so it is looked up once.
    static let machine = ControlGroups(
        mounts: KernelFile.text("/proc/self/mountinfo"), memberships: KernelFile.text("/proc/self/cgroup"),
        reads: KernelFile.text)

    /// - Parameters:
    ///   - mounts: the content of `/proc/self/mountinfo`.
    ///   - memberships: the content of `/proc/self/cgroup`.
    ///   - reads: reads a file.
    package init(mounts: String, memberships: String, reads: (String) -> String) {
        var parents: [Parent] = []
        let roots = Self.roots(mounts)
        for line in memberships.split(separator: "\n") {
            // The hierarchy's number, its controllers, and the group's path in it.
            let words = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false).map(String.init)
            guard words.count == 3 else { continue }
            for root in roots {
                if words[1].isEmpty, root.version == .two {
                    parents += Self.delegated(root.folder(of: words[2]), reads)
                } else if root.version == .one {
                    let own = Set(words[1].split(separator: ",").map(String.init))
                    let limits = Self.controllers.filter { own.contains($0.name) && root.options.contains($0.name) }
                    guard !limits.isEmpty else { continue }
                    parents.append(
                        Parent(folder: root.folder(of: words[2]), limits: limits.map(\.limit), version: .one))
                }
            }
        }
        self.parents = parents
    }

    /// Makes a group with limits, as far as this process may.
    ///
    /// - Parameter processes: how many processes of ours the group holds beside the program's.
    /// - Returns: the group; it has no parts where none could be made.
    func make(_ limits: SandboxLimits, besides processes: Int) -> ControlGroup {
        removeAbandoned()
        let name = "\(Self.prefix)\(getpid())-\(UInt64.random(in: .min ... .max))"
        var held: Set<SandboxReport.Limit> = []
        var parts: [ControlGroup.Part] = []
        for parent in parents {
            let wanted = parent.limits.filter { !held.contains($0) }
            let folder = parent.folder + "/" + name
            guard !wanted.isEmpty, mkdir(folder, 0o755) == 0 else { continue }
            let bound = wanted.filter { limit in
                switch (limit, parent.version) {
                case (.memory, .one): KernelFile.write("\(limits.memory)", to: folder + "/memory.limit_in_bytes")
                case (.memory, .two): KernelFile.write("\(limits.memory)", to: folder + "/memory.max")
                case (.processes, _): KernelFile.write("\(limits.processes + processes)", to: folder + "/pids.max")
                default: false
                }
            }
            guard !bound.isEmpty else {
                _ = rmdir(folder)
                continue
            }
            if bound.contains(.memory) {
                // Memory that is written to disk is memory too. A kernel without swap has no such file.
                _ =
                    parent.version == .one
                    ? KernelFile.write("\(limits.memory)", to: folder + "/memory.memsw.limit_in_bytes")
                    : KernelFile.write("0", to: folder + "/memory.swap.max")
            }
            held.formUnion(bound)
            parts.append(.init(folder: folder, limits: bound, version: parent.version))
        }
        return ControlGroup(parts: parts)
    }

    /// Removes groups whose process has ended without doing so, with what is left in them.
    func removeAbandoned() {
        _ = groups { kill($0, 0) != 0 && errno == ESRCH }.remove()
    }

    /// Kills what a process that has ended left in its groups, and removes them.
    func removeGroups(of process: pid_t) {
        let left = groups { $0 == process }
        for _ in 0..<ControlGroup.removalRounds {
            if left.remove() { return }
            usleep(UInt32(ControlGroup.removalPause / .microseconds(1)))
        }
    }

    /// The groups that such processes have made.
    private func groups(of isMeant: (pid_t) -> Bool) -> ControlGroup {
        ControlGroup(
            parts: parents.flatMap { parent in
                ((try? Folders.names(in: parent.folder)) ?? []).filter { name in
                    guard name.hasPrefix(Self.prefix) else { return false }
                    let words = name.dropFirst(Self.prefix.count).split(separator: "-")
                    return words.first.flatMap { pid_t($0) }.map(isMeant) ?? false
                }.map { .init(folder: parent.folder + "/" + $0, limits: parent.limits, version: parent.version) }
            })
    }

    /// What the names of our groups start with; the number of the process that made one follows. Numbers of processes mean
    /// something in one table of processes, and tables may share groups.
    static let prefix: String = {
        var table = stat()
        return "coordinator-\(stat("/proc/self/ns/pid", &table) == 0 ? table.st_ino : 0)-"
    }()

    static let controllers: [(name: String, limit: SandboxReport.Limit)] = [
        ("memory", .memory), ("pids", .processes),
    ]

    /// The group around a group, where both limits are handed on to the groups in it and this user may make some.
    private static func delegated(_ own: String, _ reads: (String) -> String) -> [Parent] {
        guard let end = own.lastIndex(of: "/") else { return [] }
        let folder = String(own[..<end])
        let handedOn = Set(
            reads(folder + "/cgroup.subtree_control").split(whereSeparator: \.isWhitespace).map(String.init))
        let isOurs = geteuid() != 0 ? access(folder + "/cgroup.procs", W_OK) == 0 : isDelegated(folder)
        let limits = controllers.filter { handedOn.contains($0.name) }.map(\.limit)
        return isOurs && !limits.isEmpty ? [Parent(folder: folder, limits: limits, version: .two)] : []
    }

    /// Whether systemd has left a group to its service. Root may write to all groups, also to those of others.
    private static func isDelegated(_ folder: String) -> Bool {
        let names: [String] = ["trusted.delegate", "user.delegate"]
        return names.contains { coordinator_attribute(folder, $0) == Int32(UInt8(ascii: "1")) }
    }
}

extension ControlGroups {
    /// A hierarchy of groups as it is mounted here.
    private struct Root {
        let version: Version
        /// The group that the mount shows at its top.
        let top: String
        let mount: String
        let options: Set<String>

        /// The folder of a group; one that is not below the mount's top is taken for the top.
        func folder(of group: String) -> String {
            if top == "/" { return group == "/" ? mount : mount + group }
            return group.hasPrefix(top + "/") ? mount + group.dropFirst(top.count) : mount
        }
    }

    /// A line of mountinfo: numbers, the top, the mount, options, a dash, the kind, the source, the kind's own options.
    private static func roots(_ mounts: String) -> [Root] {
        mounts.split(separator: "\n").compactMap { line in
            let words = line.split(separator: " ").map(String.init)
            guard let dash = words.firstIndex(of: "-"), dash > 5, words.count > dash + 3 else { return nil }
            let version: Version
            switch words[dash + 1] {
            case "cgroup": version = .one
            case "cgroup2": version = .two
            default: return nil
            }
            let options = Set(words[dash + 3].split(separator: ",").map(String.init))
            return Root(version: version, top: words[3], mount: words[4], options: options)
        }
    }
}
