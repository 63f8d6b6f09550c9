import Coordinator
import Support

/// `sandbox:` of an agent or a manifest: `true`, `false`, a level, or all of it.
enum SandboxKeys {
    static let level = Key(
        "level", levelForm,
        "How far the program is kept away from the machine. Without it COORDINATOR_SANDBOX decides, and bubblewrap where "
            + "that is not set.", otherNames: ["mode", "kind"])
    static let reads = Key(
        "reads", paths, "What the program may read beside the toolchain: whole paths, or ~/ and what follows.",
        default: [], otherNames: ["read", "read_only"])
    static let writes = Key(
        "writes", paths, "What the program may write beside its copy of the workspace; what it writes there stays.",
        default: [], otherNames: ["write"])
    static let limits = Key("limits", SandboxLimitKeys.form, "What the program may use.")

    private static let keys: [any ObjectKey] = [level, reads, writes, limits]
    private static let levels = SandboxLevel.allCases.map(\.rawValue)
    private static let levelForm = Form<String>.choice(levels).map { SandboxLevel(rawValue: $0) }
    private static let what =
        "true, false, \(levels.joined(separator: ", ")), or an object with level, reads, writes or limits"

    private static let object = Form<SandboxPolicy>.object(what, keys) { members in
        let level = members[level] ?? nil
        let policy = SandboxPolicy(
            level: level, reads: members[reads]?.map(\.value) ?? [], writes: members[writes]?.map(\.value) ?? [],
            limits: members[limits] ?? SandboxLimits())
        if level == .unconfined {
            for key in keys.dropFirst() where members.has(key) {
                members.report(
                    at: key, "the key '\(key.name)' means nothing at level none, which holds nobody to anything")
            }
        }
        return policy
    }

    /// `false` and `none` are one: a person has decided against it, which results and metrics show.
    static let form = Form<SandboxPolicy>([
        "anyOf": [
            .object(Form<Bool>.boolean.schema), .object(Form<String>.choice(levels).schema), .object(object.schema),
        ]
    ]) { cursor in
        switch cursor.node.content {
        case .boolean(let isConfined): return SandboxPolicy(level: isConfined ? nil : SandboxLevel.unconfined)
        case .text(let text) where ["yes", "no", "on", "off"].contains(text.lowercased()):
            cursor.expected(what, suggestion: ["yes", "on"].contains(text.lowercased()) ? "true" : "false")
            return nil
        case .text: return (levelForm.read(cursor) ?? nil).map { SandboxPolicy(level: $0) }
        case .object: return object.read(cursor)
        default:
            cursor.expected(what)
            return nil
        }
    }

    static let reference = form.named("sandbox")

    private static let paths = Form.list(of: SandboxPath.form.located, "a list of paths such as [/srv/data]")
        .bounded(atMost: SandboxPolicy.pathLimit, "paths") { path in "the path '\(path)' stands twice" }
}

/// `limits:` of a sandbox.
private enum SandboxLimitKeys {
    private static let standard = SandboxLimits()

    static let memory = Key(
        "memory", .bytes(in: SandboxLimits.memoryRange), "The most main memory.",
        default: .string(ByteNotation.text(standard.memory)))
    static let processes = Key(
        "processes", .integer(in: SandboxLimits.processRange), "The most processes and threads at a time.",
        default: .integer(Int64(standard.processes)), otherNames: ["pids", "tasks", "threads"])
    static let cpu = Key(
        "cpu", seconds, "The most processor time of one process, in whole seconds.",
        default: .string(DurationNotation.text(standard.cpu)), otherNames: ["cpu_time", "time"])
    static let fileSize = Key(
        "file_size", .bytes(in: SandboxLimits.fileSizeRange), "The longest file that it may write.",
        default: .string(ByteNotation.text(standard.fileSize)), otherNames: ["fsize", "file"])

    static let form = Form<SandboxLimits>.object("an object of limits", [memory, processes, cpu, fileSize]) { members in
        SandboxLimits(
            memory: members[memory] ?? standard.memory, processes: members[processes] ?? standard.processes,
            cpu: members[cpu] ?? standard.cpu, fileSize: members[fileSize] ?? standard.fileSize)
    }

    private static let seconds = Form<Duration>(Form<Duration>.duration().schema) { cursor in
        guard let time = Form<Duration>.duration().read(cursor) else { return nil }
        let range = SandboxLimits.cpuRange
        guard range.contains(time) else {
            let (least, most) = (DurationNotation.text(range.lowerBound), DurationNotation.text(range.upperBound))
            cursor.report(
                "\(DurationNotation.text(time)) is out of range; it must be from \(least) to \(most)")
            return nil
        }
        guard time.components.attoseconds == 0 else {
            cursor.report("processor time is counted in whole seconds; \(DurationNotation.text(time)) has a fraction")
            return nil
        }
        return time
    }
}

/// A path of the machine that a sandbox lets a program use.
private enum SandboxPath {
    /// The longest path that the system takes, in bytes.
    static let longest = 4_095

    static let form = Form<String>(["type": "string", "pattern": "^(/|~/)", "examples": ["/srv/data", "~/.swiftly"]]) {
        cursor in
        guard let text = Form<String>.someText.read(cursor), !text.isEmpty else { return nil }
        if text.unicodeScalars.contains(where: { $0.value < 0x20 || $0.value == 0x7F }) {
            cursor.report("a path holds no control characters")
            return nil
        }
        guard let whole = whole(text, cursor) else { return nil }
        let parts = whole.pathSegments
        if parts.contains("..") {
            cursor.report("'\(text)' goes up by '..'; write where it leads")
            return nil
        }
        let plain = "/" + parts.filter { $0 != "." }.joined(separator: "/")
        if plain == "/" {
            cursor.report(
                "'\(text)' is the whole machine, and a sandbox with it is none; name the folders that are needed")
            return nil
        }
        if plain.utf8.count > longest {
            cursor.report("the path takes \(plain.utf8.count) bytes, and may take \(longest)")
            return nil
        }
        return plain
    }

    /// An absolute path, `~/` written out.
    private static func whole(_ text: String, _ cursor: Cursor) -> String? {
        if text.isAbsolutePath { return text }
        guard text == "~" || text.hasPrefix("~/") else {
            cursor.report("'\(text)' is not absolute; a sandbox's paths begin with / or ~/")
            return nil
        }
        guard let home = cursor.home, home.isAbsolutePath else {
            cursor.report("nobody says here what ~ stands for, since HOME is not set; write the whole path")
            return nil
        }
        return home + text.dropFirst()
    }
}
