import Glibc
import Support

/// What of `/etc` confined programs need, and holds no secret: the linker's tables, links to programs of several versions,
/// names of users and services, certificates of authorities, time zones, and settings of interpreters.
struct SandboxSettings: Sendable {
    /// Files, links and small folders of `/etc`.
    static let names = [
        "alternatives", "ca-certificates.conf", "crypto-policies", "debian_version", "group", "host.conf", "hosts",
        "ld.so.cache", "ld.so.conf", "ld.so.conf.d", "locale.alias", "locale.conf", "localtime", "lsb-release",
        "mime.types", "nsswitch.conf", "os-release", "passwd", "perl", "pki/tls/cert.pem", "pki/tls/certs", "protocols",
        "redhat-release", "services", "shells", "ssl/cert.pem", "ssl/certs/ca-certificates.crt", "ssl/openssl.cnf",
        "system-release", "timezone",
    ]
    /// What the names of further folders begin with; a version follows, as in `python3.11`.
    static let prefixes = ["java", "python"]
    /// The longest file that is shown, in bytes. 1 MiB.
    static let fileLimit = 1 << 20
    /// The most files that are shown; each is an open file of the process that starts a sandbox. 256.
    static let countLimit = 256
    /// How deep folders are shown. 4.
    static let depthLimit = 4

    /// The files and links of this machine by these names, wherever their folders stand.
    private(set) var files: [String] = []
    /// Where links lead.
    private(set) var links: [(path: String, target: String)] = []

    /// Looked up once: programs are installed while a process runs, and what is shown of them here is small.
    static let machine = SandboxSettings()

    /// What Landlock's rules are about: there folders are shown as they are.
    static let paths = (names + versioned).map { "/etc/" + $0 }

    private static let versioned = ((try? Folders.names(in: "/etc")) ?? []).filter {
        prefixes.contains(where: $0.hasPrefix)
    }

    private init() { for path in Self.paths { add(path, depth: 0) } }

    private mutating func add(_ path: String, depth: Int) {
        var status = stat()
        guard files.count < Self.countLimit, lstat(path, &status) == 0 else { return }
        switch status.st_mode & S_IFMT {
        case S_IFLNK: if let target = Self.link(at: path) { links.append((path, target)) }
        // What only some may read may hold what only they may know.
        case S_IFREG where status.st_mode & 0o004 != 0 && status.st_size <= Self.fileLimit: files.append(path)
        case S_IFDIR where depth < Self.depthLimit:
            for name in ((try? Folders.names(in: path)) ?? []).sorted() { add(path + "/" + name, depth: depth + 1) }
        default: break
        }
    }

    /// Where a link leads; `nil` for what is none.
    static func link(at path: String) -> String? {
        var buffer = [UInt8](repeating: 0, count: Int(PATH_MAX))
        let count = buffer.withUnsafeMutableBytes { bytes in
            bytes.baseAddress.map { readlink(path, $0, bytes.count) } ?? -1
        }
        return count > 0 ? String(decoding: buffer[..<count], as: UTF8.self) : nil
    }
}
