import Foundation
import Processes
import TestSupport
import Testing

/// Where control groups are made, by the kernel's texts of both versions.
@Suite struct ControlGroupsTests {
    private func parents(
        _ mounts: String, _ memberships: String, _ files: [String: String] = [:]
    ) -> [ControlGroups.Parent] {
        ControlGroups(mounts: mounts, memberships: memberships) { files[$0] ?? "" }.parents
    }

    private static let versionOne = """
        30 24 0:26 / /sys/fs/cgroup/memory rw,nosuid - cgroup cgroup rw,memory
        31 24 0:27 / /sys/fs/cgroup/pids rw,nosuid shared:9 - cgroup cgroup rw,pids
        32 24 0:28 / /sys/fs/cgroup/cpu,cpuacct rw - cgroup cgroup rw,cpu,cpuacct
        """

    @Test func ofVersionOneEachControllerHasAHierarchy() {
        let found = parents(Self.versionOne, "4:memory:/user/ann\n3:pids:/\n2:cpu,cpuacct:/\n1:name=systemd:/x\n")
        #expect(found.map(\.folder) == ["/sys/fs/cgroup/memory/user/ann", "/sys/fs/cgroup/pids"])
        #expect(found.map(\.limits) == [[.memory], [.processes]] && found.allSatisfy { $0.version == .one })
    }

    /// A container sees the part of the hierarchy that is its own.
    @Test func ofAMountedPartAPathIsReadFromItsTop() {
        let mounts = "30 24 0:26 /docker/abc /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory"
        #expect(parents(mounts, "4:memory:/docker/abc/job").map(\.folder) == ["/sys/fs/cgroup/memory/job"])
        #expect(parents(mounts, "4:memory:/docker/abc").map(\.folder) == ["/sys/fs/cgroup/memory"])
        #expect(parents(mounts, "4:memory:/docker/abcdef").map(\.folder) == ["/sys/fs/cgroup/memory"])
    }

    /// Groups of version 2 are made beside this process's own, in a folder that is this user's.
    @Test func ofVersionTwoTheGroupAroundMustBeOursAndHandControllersOn() throws {
        let folder = try TemporaryFolder()
        try folder.write("", to: "service/cgroup.procs")
        let mounts = "29 23 0:25 / \(folder.path) rw,nosuid - cgroup2 cgroup2 rw,nsdelegate"
        let controllers = [folder.path + "/service/cgroup.subtree_control": "memory pids\n"]
        let found = parents(mounts, "0::/service/main\n", controllers)
        // Root may write everywhere, so that only what systemd has marked is taken for its own.
        #expect(
            found
                == (geteuid() == 0
                    ? []
                    : [
                        ControlGroups.Parent(
                            folder: folder.path + "/service", limits: [.memory, .processes], version: .two)
                    ]))
        #expect(parents(mounts, "0::/service/main\n").isEmpty, "no controller is handed on")
        #expect(parents(mounts, "0::/elsewhere/main\n", controllers).isEmpty)
        #expect(parents(mounts, "0::/\n", controllers).isEmpty, "nothing is around the top")
    }

    @Test func nonsenseIsNoGroup() {
        let nonsense = [
            "", "\n\n", "::", "0:memory", "x y z", "4:memory:/a\n0::/b", String(repeating: "-", count: 10_000),
        ]
        for text in nonsense {
            #expect(parents(text, "4:memory:/a\n3:pids:/b").isEmpty)
            #expect(parents(Self.versionOne, text + "\n5").count <= 1)
        }
    }
}
