import Foundation
import Telemetry
import Testing

@Suite struct ResourceTests {
    private static let id = String(repeating: "0123456789abcdef", count: 4)

    @Test func resourceHasProcessHostAndOSAttributes() throws {
        let resource = ResourceDetection.detect(environment: [:]).resource
        let process = ProcessInfo.processInfo
        #expect(resource["process.pid"] == .int(Int64(process.processIdentifier)))
        #expect(resource["host.name"] == .string(process.hostName))
        #expect(resource["os.type"] == .string("linux"))
        #expect(resource["process.runtime.name"] == .string("swift"))
        let path = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        #expect(resource["process.executable.path"] == .string(path))
        #expect(resource["process.executable.name"] == .string(URL(filePath: path).lastPathComponent))
        let release = try String(contentsOfFile: "/proc/sys/kernel/osrelease", encoding: .utf8)
        #expect(resource["os.version"] == .string(release.trimmingCharacters(in: .newlines)))
        for key in ["process.runtime.version", "process.parent_pid", "host.arch", "os.name", "os.description"] {
            #expect(resource[key] != nil, "\(key)")
        }
    }

    @Test func resourceOmitsArgumentsAndTheHostID() throws {
        let resource = ResourceDetection.detect(environment: [:]).resource
        let private_ = ["process.command", "process.command_args", "process.command_line", "process.owner", "host.id"]
        for key in private_ { #expect(resource[key] == nil, "\(key)") }
        let arguments = CommandLine.arguments.dropFirst().filter { $0.count > 8 }
        try #require(!arguments.isEmpty && !resource.attributes.isEmpty, "there is nothing to compare")
        for attribute in resource.attributes {
            #expect(!arguments.contains { attribute.value.text.contains($0) }, "\(attribute.key)")
        }
    }

    /// For `Character` an accent and the separator before it are one.
    @Test func attributesAreCutAndToldApartByBytes() {
        let (resource, warnings) = ResourceDetection.detect(
            environment: ["OTEL_RESOURCE_ATTRIBUTES": "a=1,\u{301}b=\u{301}2,caf\u{E9}=3,cafe\u{301}=4"])
        #expect(warnings == [])
        #expect(resource["a"] == .string("1") && resource["\u{301}b"]?.text.utf8.elementsEqual("\u{301}2".utf8) == true)
        #expect(resource["caf\u{E9}"] == .string("3") && resource["cafe\u{301}"] == .string("4"))
    }

    @Test func resourceVariableOverridesDetectedAttributes() {
        let resource = ResourceDetection.detect(
            environment: ["OTEL_RESOURCE_ATTRIBUTES": "host.name=n,container.id=c,process.pid=0"]
        ).resource
        #expect(resource["host.name"] == .string("n") && resource["container.id"] == .string("c"))
    }

    @Test(arguments: [
        // Docker, cgroup v1.
        "12:memory:/docker/\(id)\n11:pids:/docker/\(id)\n1:name=systemd:/docker/\(id)\n",
        // Kubernetes, cgroup v1.
        "11:cpuset:/kubepods/besteffort/pod3b2a1c9e-0000-4444-8888-aaaaaaaaaaaa/\(id)\n",
        // systemd's slices, as containerd, CRI-O and Docker name their scopes.
        "0::/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-podab.slice/cri-containerd-\(id).scope\n",
        "0::/kubepods.slice/kubepods-podab.slice/crio-\(id).scope", "0::/system.slice/docker-\(id).scope\n",
        "0::/system.slice/kubepods-podab.slice:cri-containerd:\(id)\n", "0::/machine.slice/libpod-\(id).scope\n",
        // Amazon's ECS.
        "9:perf_event:/ecs/55091c13-b8cf-4801-b527-f4601742204d/\(id)\n",
    ])
    func containerIDIsFoundInTheControlGroups(file: String) {
        #expect(ContainerID.find(controlGroups: file, mounts: "") == Self.id)
    }

    @Test(arguments: [
        // Docker, cgroup v2 with a name space of its own.
        """
        702 689 0:59 / /proc rw,nosuid - proc proc rw
        721 702 8:1 /var/lib/docker/containers/\(id)/resolv.conf /etc/resolv.conf rw,relatime - ext4 /dev/sda1 rw
        722 702 8:1 /var/lib/docker/containers/\(id)/hostname /etc/hostname rw,relatime - ext4 /dev/sda1 rw
        """,
        // Podman.
        """
        1033 1022 0:45 /containers/overlay-containers/\(id)/userdata/hosts /etc/hosts rw,nosuid - tmpfs tmpfs rw
        """,
        "1 2 8:1 /var/lib/containers/storage/overlay-containers/\(id)/userdata/hostname /etc/hostname rw - xfs x rw",
    ])
    func containerIDIsFoundInTheMounts(file: String) {
        #expect(ContainerID.find(controlGroups: "0::/\n", mounts: file) == Self.id)
    }

    @Test(arguments: [
        ("", ""), ("0::/\n", ""), ("0::/user.slice/user-1000.slice/session-2.scope\n", ""),
        ("0::/system.slice/cron.service\n", "26 1 8:1 / / rw,relatime - ext4 /dev/sda1 rw\n"),
        // Not 64 digits; not hexadecimal.
        ("1:cpu:/docker/\(id.dropLast())\n", ""), ("1:cpu:/docker/\(id.dropLast())g\n", ""),
        // A pod's sandbox is not the container; neither is a mount elsewhere.
        ("0::/", "9 8 8:1 /containerd/io.containerd.grpc.v1.cri/sandboxes/\(id)/hostname /etc/hostname rw - ext4 x rw"),
        ("0::/", "9 8 8:1 /var/lib/docker/containers/\(id)/mounts/shm /dev/shm rw - tmpfs shm rw"),
        ("garbage\n:::\n\n", "garbage\n1 2 3\n"),
    ])
    func noContainerIDOutsideAContainer(controlGroups: String, mounts: String) {
        #expect(ContainerID.find(controlGroups: controlGroups, mounts: mounts) == nil)
    }

    @Test func quotesInTheOSReleaseFileAreRemoved() {
        let values = SystemAttributes.osRelease(
            "# comment\nNAME=\"A \\\"B\\\"\"\nID=plain\n\nPRETTY_NAME='A 12'\nEMPTY=\"\"\nbroken\nONE=\"\n")
        #expect(values == ["NAME": "A \"B\"", "ID": "plain", "PRETTY_NAME": "A 12", "ONE": "\""])
    }

    @Test(arguments: [
        ("x86_64", "amd64"), ("aarch64", "arm64"), ("armv7l", "arm32"), ("i686", "x86"), ("riscv64", "riscv64"),
    ])
    func architecturesHaveTheNamesOfTheConventions(machine: String, name: String) {
        #expect(SystemAttributes.architecture(machine) == name)
    }
}
