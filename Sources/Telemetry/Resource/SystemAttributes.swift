#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// The resource attributes of the machine and the process, read from the system.
package enum SystemAttributes {
    /// `host.name`, `host.arch`, `os.…`. `host.id` is left out: systemd asks programs to keep the machine's id
    /// confidential.
    static func host() -> [Attribute] {
        var attributes = [Attribute("os.type", .string("linux"))]
        var names = utsname()
        if uname(&names) == 0 {
            let host = text(of: names.nodename)
            if !host.isEmpty { attributes.append(Attribute("host.name", .string(host))) }
            attributes.append(Attribute("host.arch", .string(architecture(text(of: names.machine)))))
            attributes.append(Attribute("os.version", .string(text(of: names.release))))
        }
        let release = osRelease(contents("/etc/os-release") ?? contents("/usr/lib/os-release") ?? "")
        if let name = release["NAME"] { attributes.append(Attribute("os.name", .string(name))) }
        if let description = release["PRETTY_NAME"] {
            attributes.append(Attribute("os.description", .string(description)))
        }
        return attributes
    }

    /// `process.…` and `container.id`. The command line and the owner are left out: arguments hold paths, and sometimes
    /// a password.
    static func process() -> [Attribute] {
        var attributes = [
            Attribute("process.pid", .int(Int64(getpid()))),
            Attribute("process.parent_pid", .int(Int64(getppid()))),
            Attribute("process.runtime.name", .string("swift")),
            Attribute("process.runtime.version", .string(runtimeVersion)),
        ]
        let path = executablePath() ?? CommandLine.arguments.first ?? ""
        let name = path.split(separator: "/").last.map(String.init) ?? "unknown"
        attributes.append(Attribute("process.executable.name", .string(name)))
        if path.hasPrefix("/") { attributes.append(Attribute("process.executable.path", .string(path))) }
        let container = ContainerID.find(
            controlGroups: contents("/proc/self/cgroup") ?? "", mounts: contents("/proc/self/mountinfo") ?? "")
        if let container { attributes.append(Attribute("container.id", .string(container))) }
        return attributes
    }

    /// The `KEY=value` lines of an os-release file, without quotes and escapes.
    package static func osRelease(_ text: String) -> [String: String] {
        var values: [String: String] = [:]
        for line in text.split(separator: "\n") where !line.hasPrefix("#") {
            guard let equals = line.firstIndex(of: "=") else { continue }
            var value = line[line.index(after: equals)...].trimmingBlanks()
            for quote in ["\"", "'"] where value.count > 1 && value.hasPrefix(quote) && value.hasSuffix(quote) {
                value = value.dropFirst().dropLast()
                break
            }
            var plain = ""
            var isEscaped = false
            for character in value {
                isEscaped = character == "\\" && !isEscaped
                if !isEscaped { plain.append(character) }
            }
            if !plain.isEmpty { values[String(line[..<equals])] = plain }
        }
        return values
    }

    /// The conventions' name of a machine type.
    package static func architecture(_ machine: String) -> String {
        switch machine {
        case "x86_64": "amd64"
        case "aarch64": "arm64"
        case "i386", "i686": "x86"
        case "ppc64le", "ppc64": "ppc64"
        default: machine.hasPrefix("armv") ? "arm32" : machine
        }
    }

    /// The version of the runtime library: that of the compiler, since the library itself has no call for it.
    private static var runtimeVersion: String {
        #if compiler(>=6.4)
            "6.4 or later"
        #elseif compiler(>=6.3)
            "6.3"
        #else
            "6.2"
        #endif
    }

    private static func executablePath() -> String? {
        var buffer = [CChar](repeating: 0, count: 4096)
        let count = readlink("/proc/self/exe", &buffer, buffer.count)
        guard count > 0, count < buffer.count else { return nil }
        return String(decoding: buffer[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// The start of a small text file; `nil` when it cannot be read.
    private static func contents(_ path: String) -> String? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var text: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 1 << 14)
        while text.count < 1 << 20 {
            let count = read(descriptor, &buffer, buffer.count)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { break }
            text += buffer[..<count]
        }
        return String(decoding: text, as: UTF8.self)
    }

    private static func text(of field: some Any) -> String {
        withUnsafeBytes(of: field) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
    }
}
