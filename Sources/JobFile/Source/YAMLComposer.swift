import Support

/// Makes ``FileNode``s of YAML or JSON text, expanding aliases within a budget.
///
/// It works on events, so that reading stops where a limit is exceeded, repeated keys are noticed, and an alias is
/// expanded only if the limits allow its size.
struct YAMLComposer {
    private let limits: JobFileLimits
    private let text: YAMLText
    private let events: YAMLEvents
    /// The event that was read last; the text between it and the next may hold the mark of an explicit key.
    private var last: YAMLEvent?
    private var reports: [Report] = []
    private var anchors: [String: FileNode] = [:]
    /// The anchors' names in the order of the file.
    private var anchorNames: [String] = []
    private var aliases = 0
    private var nodes = 0
    private var bytes = 0
    private var collectionsInKeys = 0

    /// A problem that is reported only if the whole text turns out to be YAML.
    private struct Report {
        let message: String
        let location: SourceLocation
        let path: String
        /// The name of an anchor that is not there, and how many anchors stand before it.
        var unknown: (name: String, anchors: Int)?
    }

    /// Why reading ends early.
    private enum Stop: Error {
        /// The text is not YAML; no other problem is reported.
        case fault(YAMLFault)
        /// A limit was exceeded; the problem is reported already.
        case limit
        /// The character looks like the start of an alias or of an explicit key but is not; it is to be read as text.
        case misread(Int, SourceLocation)
    }

    /// The most lists and objects within keys; each is refused, and after this many reading ends.
    private static let collectionsInKeysLimit = 100

    /// Reads the one document of a file.
    ///
    /// - Returns: the root; `nil` after a report when there is none.
    static func compose(_ scalars: [Unicode.Scalar], limits: JobFileLimits, problems: ProblemList) -> FileNode? {
        var text = YAMLText(scalars)
        while true {
            guard let events = YAMLEvents(text.parsed) else {
                problems.report("there is no memory left to read it", at: .start)
                return nil
            }
            var composer = YAMLComposer(limits: limits, text: text, events: events)
            var root: FileNode?
            do throws(Stop) {
                root = try composer.document()
            } catch {
                switch error {
                case .fault(let fault):
                    problems.report(fault.message, at: fault.location)
                    return nil
                case .misread(let index, let location):
                    if text.readAsText(index) { continue }
                    composer.report(YAMLText.refusal(of: text.scalars[index]), at: location, path: "")
                case .limit: break
                }
            }
            for report in composer.reports { composer.hand(report, to: problems) }
            return root
        }
    }

    private init(limits: JobFileLimits, text: YAMLText, events: YAMLEvents) {
        self.limits = limits
        self.text = text
        self.events = events
    }

    private mutating func report(
        _ message: String, at location: SourceLocation, path: String, unknown: (name: String, anchors: Int)? = nil
    ) {
        reports.append(Report(message: message, location: location, path: path, unknown: unknown))
    }

    private func hand(_ report: Report, to problems: ProblemList) {
        var guess: String?
        if let (name, count) = report.unknown, problems.takeHint() {
            guess = Suggestion.nearest(to: name, among: anchorNames.prefix(count)).map { "*" + $0 }
        }
        let isText = report.unknown != nil && guess == nil ? "; put the value in quotes if it is text" : ""
        problems.report(report.message + isText, at: report.location, path: report.path, suggestion: guess)
    }

    private mutating func next() throws(Stop) -> YAMLEvent {
        do throws(YAMLFault) {
            let event = try events.next()
            last = event
            return event
        } catch {
            if let misread = error.misread { throw .misread(misread.index, misread.location) }
            // In `*a b` the text after the alias is a syntax error, so `*a b` was probably meant as text.
            if case .alias = last?.kind, let last { throw .misread(last.range.lowerBound, last.location) }
            throw .fault(error)
        }
    }

    private mutating func document() throws(Stop) -> FileNode? {
        var root: FileNode?
        while true {
            let event = try next()
            switch event.kind {
            case .streamStart, .documentEnd: continue
            case .streamEnd:
                switch root?.content {
                case nil, .null:
                    throw .fault(
                        YAMLFault("the file is empty; a job file needs at least workflow and agents", at: .start))
                default: return root
                }
            case .documentStart where root != nil:
                throw .fault(YAMLFault("a second document begins here; a job file holds one", at: event.location))
            case .documentStart: root = try node(try next(), depth: 0, path: "")
            default: throw .fault(YAMLFault("not valid YAML: a value stands outside the document", at: event.location))
            }
        }
    }

    private mutating func node(_ event: YAMLEvent, depth: Int, path: String) throws(Stop) -> FileNode {
        if case .alias(let name) = event.kind { return try alias(name, depth: depth, at: event.location, path: path) }
        if case .scalar(let read, true) = event.kind, let name = text.alias(in: read, at: event.range) {
            return try alias(name, depth: depth, at: event.location, path: path)
        }
        try spend(1, depth: depth, at: event.location, path: path)
        let made: FileNode
        switch event.kind {
        case .scalar(let read, let isPlain): made = scalar(read, isPlain: isPlain, event, path: path)
        case .listStart:
            refuse(tag: event.tag, standard: "seq", at: event.location, path: path)
            var elements: [FileNode] = []
            while case let element = try next(), !element.kind.isEnd {
                elements.append(try node(element, depth: depth + 1, path: "\(path)[\(elements.count)]"))
            }
            made = FileNode(.list(elements), at: event.location)
        default:
            refuse(tag: event.tag, standard: "map", at: event.location, path: path)
            let members = try members(of: event, depth: depth, path: path)
            made = FileNode(members.map { .object($0) } ?? .unusable, at: event.location)
        }
        if let anchor = event.anchor, anchors.updateValue(made, forKey: anchor) == nil { anchorNames.append(anchor) }
        return made
    }

    private mutating func scalar(_ read: String, isPlain: Bool, _ event: YAMLEvent, path: String) -> FileNode {
        let written = isPlain ? text.original(read, at: event.range) : read
        if written.utf8.count > limits.scalarBytes {
            report(
                "this text is longer than \(limits.scalarBytes) bytes; keep large inputs in files", at: event.location,
                path: path)
        }
        if isPlain, YAMLText.isExplicitKey(written) {
            report(
                "'?' marks no key in a job file; write key: value, or quote the text", at: event.location, path: path)
            return FileNode(.unusable, at: event.location)
        }
        refuse(tag: event.tag, standard: "str", at: event.location, path: path)
        let content = isPlain && (event.tag ?? "").isEmpty ? PlainScalar.content(of: written) : .text(written)
        if case .null = content, written.isEmpty, let swallowed = text.swallowed(after: event) {
            return FileNode(.null, at: event.location, swallowed: swallowed)
        }
        return FileNode(content, at: event.location, written: written)
    }

    private mutating func refuse(tag: String?, standard: String, at location: SourceLocation, path: String) {
        guard let tag, !["", "!", "tag:yaml.org,2002:\(standard)"].contains(tag) else { return }
        report(
            "the tag '\(tag)' means nothing in a job file; remove it, or put the value in quotes if it is text",
            at: location, path: path)
    }

    /// - Returns: `nil` after a report, when it was meant as text.
    private mutating func members(of object: YAMLEvent, depth: Int, path: String) throws(Stop) -> [FileMember]? {
        var isText = false
        var own: [FileMember] = []
        var lines: [ExactString: Int] = [:]
        var inherited: [FileMember] = []
        while case let before = last, case let key = try next(), !key.kind.isEnd {
            if case .objectStart = key.kind, before?.range == object.range, text.isTemplate(object, key) {
                report(
                    "'{{' begins an object in an object; put the value in quotes if it is text", at: object.location,
                    path: path)
                isText = true
                try skip(key, inKey: true, path: path)
                try skip(try next(), inKey: false, path: path)
                continue
            }
            guard let name = try name(of: key, after: before, path: path) else {
                try skip(try next(), inKey: false, path: path)
                continue
            }
            let path = DocumentPath.member(name, of: path)
            let node = try node(try next(), depth: depth + 1, path: path)
            if name == "<<", case .scalar(_, true) = key.kind {
                inherited += merged(node, path: path)
            } else if let line = lines[name] {
                report("this key stands already in line \(line)", at: key.location, path: path)
            } else {
                lines[name] = key.location.line
                own.append(FileMember(key: name, location: key.location, value: node))
            }
        }
        if isText { return nil }
        // An object's own keys win over merged ones, and earlier merged ones over later.
        for member in inherited where lines.updateValue(0, forKey: ExactString(member.key)) == nil {
            own.append(member)
        }
        return own
    }

    /// - Returns: `nil` after a report; the key is then consumed, its value is not.
    private mutating func name(of key: YAMLEvent, after before: YAMLEvent?, path: String) throws(Stop) -> String? {
        if let mark = text.explicitKey(between: before, and: key) {
            // A `?` without a blank after it is no mark in YAML 1.2; only libyaml takes it for one.
            if !mark.isFollowedByBlank { throw .misread(mark.index, mark.location) }
            try skip(key, inKey: true, path: path)
            report("'?' marks no key in a job file; write key: value", at: mark.location, path: path)
            return nil
        }
        switch key.kind {
        case .alias:
            report("an alias cannot be a key; write the key out", at: key.location, path: path)
        case .scalar(let read, let isPlain):
            let written = isPlain ? text.original(read, at: key.range) : read
            if isPlain, text.alias(in: read, at: key.range) != nil {
                report("an alias cannot be a key; write the key out", at: key.location, path: path)
            } else if isPlain, YAMLText.isExplicitKey(written) {
                report("'?' marks no key in a job file; write key: value", at: key.location, path: path)
            } else {
                return written
            }
        default:
            try skip(key, inKey: true, path: path)
            report("a key must be text, not a list or an object", at: key.location, path: path)
        }
        return nil
    }

    /// Skips a value, whatever is in it.
    private mutating func skip(_ event: YAMLEvent, inKey: Bool, path: String) throws(Stop) {
        var open = 0
        var event = event
        while true {
            if event.kind.isStart {
                open += 1
                if inKey { collectionsInKeys += 1 }
                if collectionsInKeys > Self.collectionsInKeysLimit {
                    report(
                        "too many lists or objects stand where keys belong; keys are text", at: event.location,
                        path: path)
                    throw .limit
                }
            } else if event.kind.isEnd {
                open -= 1
            }
            if open == 0 { return }
            event = try next()
        }
    }

    private mutating func merged(_ node: FileNode, path: String) -> [FileMember] {
        switch node.content {
        case .object(let members): return members
        case .list(let elements):
            var members: [FileMember] = []
            for element in elements { members += merged(element, path: path) }
            return members
        case .unusable: return []
        default:
            report("'<<' takes an alias of an object, or a list of them", at: node.location, path: path)
            return []
        }
    }

    private mutating func alias(_ name: String, depth: Int, at location: SourceLocation, path: String) throws(Stop)
        -> FileNode
    {
        aliases += 1
        if aliases > limits.aliases {
            throw exhausted("the file has more than \(limits.aliases) aliases", at: location, path: path)
        }
        guard YAMLText.isName(name) else {
            report(YAMLText.refusal(of: "*", in: "*" + name), at: location, path: path)
            return FileNode(.unusable, at: location)
        }
        guard let target = anchors[name] else {
            report(
                "no anchor '&\(name)' stands before this alias", at: location,
                path: path,
                unknown: (name, anchorNames.count))
            return FileNode(.unusable, at: location)
        }
        try spend(target.size, bytes: target.bytes, depth: depth + target.height, at: location, path: path)
        return target
    }

    /// - Parameter bytes: those of a value that stands elsewhere in the file; its own are limited with the file's.
    private mutating func spend(
        _ count: Int, bytes repeated: Int = 0, depth: Int, at location: SourceLocation, path: String
    ) throws(Stop) {
        nodes += count
        bytes += repeated
        if bytes > limits.repeatedBytes {
            throw exhausted(
                "aliases repeat more than \(limits.repeatedBytes) bytes of the document", at: location, path: path)
        }
        if nodes > limits.nodes {
            throw exhausted(
                "the document has more than \(limits.nodes) values, aliases expanded", at: location, path: path)
        }
        if depth > limits.depth {
            throw exhausted("the document is nested deeper than \(limits.depth) levels", at: location, path: path)
        }
    }

    private mutating func exhausted(_ message: String, at location: SourceLocation, path: String) -> Stop {
        report("\(message); make it smaller", at: location, path: path)
        return .limit
    }
}
