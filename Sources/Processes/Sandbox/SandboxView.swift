import Glibc
import Support

/// What every confined program may read: the toolchain of the machine, but for its settings, which ``SandboxSettings`` lists.
enum SandboxView {
    /// Folders of programs and libraries, by the Filesystem Hierarchy Standard. On most systems all but the first and the
    /// last are links into `/usr`.
    static let programs = ["/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32", "/opt"]

    /// The system's figures, where a program has no `/proc` of its own: compilers and interpreters read what stands there
    /// of themselves, and no rule can say "of themselves". So it sees the command lines of other processes too; their
    /// memory, variables and open files the kernel keeps from whoever Landlock confines.
    static let figures = ["/proc", "/sys/devices/system/cpu"]

    /// Devices that hold nothing.
    static let devices = ["/dev/null", "/dev/zero", "/dev/full", "/dev/random", "/dev/urandom"]

    /// The libraries that this executable has loaded from elsewhere, as from the folder of a toolchain at home: the stage
    /// inside of a sandbox is this executable.
    static let libraries: [String] = {
        // The address, rights, offset, device, inode and path of each mapping.
        let paths = KernelFile.text("/proc/self/maps").split(separator: "\n").compactMap { line in
            line.split(separator: " ", maxSplits: 5, omittingEmptySubsequences: true).dropFirst(5).first.map {
                String($0.drop { $0 == " " })
            }
        }
        return Set(paths).filter { path in
            path.isAbsolutePath && path.contains(".so") && !isShown(path) && access(path, F_OK) == 0
        }.sorted()
    }()

    /// Whether a file lies in a folder of ``programs``.
    static func isShown(_ path: String) -> Bool { programs.contains { path.hasPrefix($0 + "/") } }
}
