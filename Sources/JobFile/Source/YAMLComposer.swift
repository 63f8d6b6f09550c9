import Yams

/// Makes ``FileNode``s of YAML or JSON text, expanding aliases within a budget.
struct YAMLComposer {
    private let limits: JobFileLimits
    private let problems: ProblemList
    private var text: MaskedText
    private var anchors: [String: FileNode] = [:]
    private var aliases = 0
    private var nodes = 0
    /// Set once a limit is passed: then nothing more is read.
    private var exhausted = false

    /// Reads the one document of a file.
    ///
    /// - Returns: its root; `nil` after a report when there is none to speak of.
    static func compose(_ scalars: [Unicode.Scalar], limits: JobFileLimits, problems: ProblemList) -> FileNode? {
        guard let text = MaskedText(scalars) else {
            problems.report("the file uses up all private-use characters; remove them", at: .start)
            return nil
        }
        var composer = YAMLComposer(limits: limits, problems: problems, text: text)
        return composer.document()
    }

    private init(limits: JobFileLimits, problems: ProblemList, text: MaskedText) {
        self.limits = limits
        self.problems = problems
        self.text = text
    }

    private mutating func document() -> FileNode? {
        while true {
            do {
                let parser = try Parser(yaml: text.text, resolver: .basic, encoding: .utf8)
                // Nodes hold their anchors weakly; the parser owns them.
                return try withExtendedLifetime(parser) {
                    guard let root = try parser.singleRoot() else {
                        problems.report("the file is empty; a job file needs at least workflow and agents", at: .start)
                        return nil
                    }
                    let node = node(root, depth: 0, path: "")
                    return exhausted ? nil : node
                }
            } catch YamlError.duplicatedKeysInMapping(let keys, let context) {
                let place = Place(line: context.mark.line, column: context.mark.column)
                guard let key = keys.first, text.rename(key, at: place) else {
                    problems.report("the key '\(text.original(keys.first ?? ""))' stands here twice", at: place)
                    return nil
                }
            } catch {
                let fault = YAMLFault(error, in: text.scalars, limits: limits)
                problems.report(fault.message, at: fault.place)
                return nil
            }
        }
    }

    private mutating func node(_ node: Node, depth: Int, path: String) -> FileNode {
        let place = node.mark.map { Place(line: $0.line, column: $0.column) } ?? .start
        if case .scalar(let scalar) = node, scalar.style == .plain, let name = text.alias(in: scalar.string) {
            return alias(name, depth: depth, at: place, path: path)
        }
        guard spend(1, depth: depth, at: place, path: path) else { return FileNode(.null, at: place) }
        let made: FileNode
        switch node {
        case .scalar(let scalar): made = self.scalar(scalar, at: place, path: path)
        case .sequence(let sequence):
            refuse(tag: sequence.tag, standard: "seq", at: place, path: path)
            var elements: [FileNode] = []
            for (index, element) in sequence.enumerated() where !exhausted {
                elements.append(self.node(element, depth: depth + 1, path: "\(path)[\(index)]"))
            }
            made = FileNode(.list(elements), at: place)
        case .mapping(let mapping):
            refuse(tag: mapping.tag, standard: "map", at: place, path: path)
            made = FileNode(.object(members(of: mapping, depth: depth, path: path)), at: place)
        case .alias: made = FileNode(.null, at: place)
        }
        if let anchor = node.anchor { anchors[anchor.rawValue] = made }
        return made
    }

    private func scalar(_ scalar: Node.Scalar, at place: Place, path: String) -> FileNode {
        let written = text.original(scalar.string)
        if written.utf8.count > limits.scalarBytes {
            problems.report(
                "this text is longer than \(limits.scalarBytes) bytes; keep large inputs in files", at: place, path: path)
        }
        refuse(tag: scalar.tag, standard: "str", at: place, path: path)
        let plain = scalar.style == .plain && scalar.tag.description.isEmpty
        return FileNode(plain ? PlainScalar.content(of: written) : .text(written), at: place, written: written)
    }

    private func refuse(tag: Tag, standard: String, at place: Place, path: String) {
        let name = tag.description
        guard !["", "!", "tag:yaml.org,2002:\(standard)"].contains(name) else { return }
        problems.report("the tag '\(name)' means nothing in a job file; remove it", at: place, path: path)
    }

    private mutating func members(of mapping: Node.Mapping, depth: Int, path: String) -> [FileMember] {
        var own: [FileMember] = []
        var lines: [String: Int] = [:]
        var inherited: [FileMember] = []
        for (key, value) in mapping where !exhausted {
            let place = key.mark.map { Place(line: $0.line, column: $0.column) } ?? .start
            guard let name = name(of: key, at: place, path: path) else { continue }
            let path = DocumentPath.member(name, of: path)
            let node = node(value, depth: depth + 1, path: path)
            if name == "<<", key.scalar?.style == .plain {
                inherited += merged(node, path: path)
            } else if let line = lines[name] {
                problems.report("this key stands already in line \(line)", at: place, path: path)
            } else {
                lines[name] = place.line
                own.append(FileMember(key: name, place: place, value: node))
            }
        }
        // Own keys win over merged ones, earlier merged ones over later.
        for member in inherited where lines.updateValue(0, forKey: member.key) == nil { own.append(member) }
        return own
    }

    private func name(of key: Node, at place: Place, path: String) -> String? {
        guard case .scalar(let scalar) = key else {
            problems.report("a key must be text, not a list or an object", at: place, path: path)
            return nil
        }
        guard scalar.style != .plain || text.alias(in: scalar.string) == nil else {
            problems.report("an alias cannot be a key; write the key out", at: place, path: path)
            return nil
        }
        return text.original(scalar.string)
    }

    private func merged(_ node: FileNode, path: String) -> [FileMember] {
        switch node.content {
        case .object(let members): return members
        case .list(let elements): return elements.flatMap { merged($0, path: path) }
        default:
            problems.report("'<<' takes an alias of an object, or a list of them", at: node.place, path: path)
            return []
        }
    }

    private mutating func alias(_ name: String, depth: Int, at place: Place, path: String) -> FileNode {
        aliases += 1
        if aliases > limits.aliases {
            exhaust("the file has more than \(limits.aliases) aliases", at: place, path: path)
            return FileNode(.null, at: place)
        }
        guard !name.isEmpty, name.utf8.allSatisfy({ Self.nameCharacters.contains($0) }) else {
            let written = text.original("*" + name)
            problems.report(
                "a value that begins with '*' is an alias; write '\(written)' in quotes if it is text", at: place,
                path: path)
            return FileNode(.text(written), at: place, written: written)
        }
        guard let target = anchors[name] else {
            let guess = Suggestion.nearest(to: name, among: anchors.keys.sorted())
            problems.report(
                "no anchor '&\(name)' stands before this alias", at: place, path: path,
                suggestion: guess.map { "*" + $0 })
            return FileNode(.null, at: place)
        }
        guard spend(target.size, depth: depth + target.height, at: place, path: path) else {
            return FileNode(.null, at: place)
        }
        return target
    }

    private static let nameCharacters = Set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-".utf8)

    private mutating func spend(_ count: Int, depth: Int, at place: Place, path: String) -> Bool {
        nodes += count
        if nodes > limits.nodes {
            exhaust("the document has more than \(limits.nodes) values, aliases expanded", at: place, path: path)
        } else if depth > limits.depth {
            exhaust("the document is nested deeper than \(limits.depth) levels", at: place, path: path)
        }
        return !exhausted
    }

    private mutating func exhaust(_ message: String, at place: Place, path: String) {
        if !exhausted { problems.report("\(message); make it smaller", at: place, path: path) }
        exhausted = true
    }
}
