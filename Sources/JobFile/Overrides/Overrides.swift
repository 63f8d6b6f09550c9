/// Applies `--set PATH=VALUE` to the document, before it is read as a job.
struct Overrides {
    let limits: JobFileLimits
    let problems: ProblemList

    func apply(_ overrides: [String], to root: FileNode) -> FileNode {
        overrides.enumerated().reduce(root) { node, override in
            let location = SourceLocation(line: override.offset + 1, column: 1, override: override.element)
            guard let (path, text) = OverridePath.split(override.element) else {
                problems.report(
                    "write PATH=VALUE, with a path such as limits.concurrency or agents.drafter.timeout", at: location)
                return node
            }
            guard let value = value(text, at: location) else { return node }
            return set(value, at: path.segments[...], in: node, path: "", location) ?? node
        }
    }

    /// The text as it is given, unless it begins like a list, an object or quoted text; `nil` for `null`, which removes
    /// the key.
    private func value(_ text: String, at location: SourceLocation) -> FileNode? {
        guard let first = text.first, "[{\"'".contains(first) else {
            let content = text.isEmpty ? FileNode.Content.text("") : PlainScalar.content(of: text)
            return FileNode(content, at: location, written: text)
        }
        let faults = ProblemList(file: problems.file, limit: 1, hints: 1)
        let scalars = SourceText.decode(Array(text.utf8), limits: limits, problems: faults)
        let node = scalars.flatMap { YAMLComposer.compose($0, limits: limits, problems: faults) }
        for fault in faults.all.problems { problems.report(fault.message, at: location) }
        return faults.isEmpty ? node?.moved(to: location) : nil
    }

    private func set(
        _ value: FileNode, at segments: ArraySlice<OverridePath.Segment>, in node: FileNode?, path: String,
        _ location: SourceLocation
    ) -> FileNode? {
        guard let segment = segments.first else { return value }
        switch node?.content ?? .null {
        case .null:
            return set(value, at: segments, inObject: [], of: FileNode(.object([]), at: location), path, location)
        case .object(let members):
            return set(value, at: segments, inObject: members, of: node ?? value, path, location)
        case .list(var elements):
            guard let index = index(of: segment, in: elements, path, location) else { return nil }
            let below = DocumentPath.element(index, of: path)
            guard let changed = set(value, at: segments.dropFirst(), in: elements[index], path: below, location) else {
                return nil
            }
            if segments.count == 1, case .null = value.content {
                elements.remove(at: index)
            } else {
                elements[index] = changed
            }
            return FileNode(.list(elements), at: node?.location ?? location)
        default:
            problems.report(
                "there is \(node?.kind ?? "nothing") here, and nothing below it to set", at: location, path: path)
            return nil
        }
    }

    private func set(
        _ value: FileNode, at segments: ArraySlice<OverridePath.Segment>, inObject members: [FileMember],
        of node: FileNode, _ path: String, _ location: SourceLocation
    ) -> FileNode? {
        guard case .name(let name)? = segments.first else {
            problems.report("there is no list here that a number could point into", at: location, path: path)
            return nil
        }
        var members = members
        let position = members.firstIndex { $0.key == name }
        let below = DocumentPath.member(name, of: path)
        let old = position.map { members[$0].value }
        guard let changed = set(value, at: segments.dropFirst(), in: old, path: below, location) else { return nil }
        if let position {
            members[position].value = changed
        } else {
            members.append(FileMember(key: name, location: location, value: changed))
        }
        if segments.count == 1, case .null = value.content { members.removeAll { $0.key == name } }
        return FileNode(.object(members), at: node.location)
    }

    /// The index of an element that is given by its number or by its `name`.
    private func index(
        of segment: OverridePath.Segment, in elements: [FileNode], _ path: String, _ location: SourceLocation
    ) -> Int? {
        switch segment {
        case .index(let index):
            if elements.indices.contains(index) { return index }
            problems.report(
                "there is no element \(index); the list has \(elements.count), counted from 0", at: location, path: path
            )
        case .name(let name):
            let names = elements.map(\.nameMember)
            if let index = names.firstIndex(of: name) { return index }
            let known = names.compactMap(\.self)
            problems.report(
                unknown: name, "there is no element named '\(name)'" + (known.isEmpty ? "; use a number from 0" : ""),
                at: location, path: path, known: { known }, listing: { "" })
        }
        return nil
    }
}

extension FileNode {
    fileprivate var nameMember: String? {
        guard case .object(let members) = content, let name = members.first(where: { $0.key == "name" })?.value else {
            return nil
        }
        return name.written
    }

    /// The same value, located in an override.
    fileprivate func moved(to location: SourceLocation) -> FileNode {
        switch content {
        case .list(let elements): FileNode(.list(elements.map { $0.moved(to: location) }), at: location)
        case .object(let members):
            FileNode(
                .object(
                    members.map { FileMember(key: $0.key, location: location, value: $0.value.moved(to: location)) }),
                at: location)
        default: FileNode(content, at: location, written: written)
        }
    }
}
