/// Applies `--set PATH=VALUE` to the document, before it is read as a job.
struct Overrides {
    let limits: JobFileLimits
    let problems: ProblemList

    func apply(_ overrides: [String], to root: FileNode) -> FileNode {
        overrides.enumerated().reduce(root) { node, override in
            let place = Place(line: override.offset + 1, column: 1, override: override.element)
            guard let (path, text) = OverridePath.split(override.element) else {
                problems.report(
                    "write PATH=VALUE, with a path such as limits.concurrency or agents.drafter.timeout", at: place)
                return node
            }
            guard let value = value(text, at: place) else { return node }
            return set(value, at: path.segments[...], in: node, path: "", place) ?? node
        }
    }

    /// Text as it stands, unless it begins like a list, an object or quoted text; `null` takes a key away.
    private func value(_ text: String, at place: Place) -> FileNode? {
        guard let first = text.first, "[{\"'".contains(first) else {
            let content = text.isEmpty ? FileNode.Content.text("") : PlainScalar.content(of: text)
            return FileNode(content, at: place, written: text)
        }
        let faults = ProblemList(file: problems.file, limit: 1)
        let scalars = SourceText.decode(Array(text.utf8), limits: limits, problems: faults)
        let node = scalars.flatMap { YAMLComposer.compose($0, limits: limits, problems: faults) }
        for fault in faults.all.problems {
            problems.report("\(fault.message); put the value in quotes if it is text", at: place)
        }
        return faults.isEmpty ? node?.moved(to: place) : nil
    }

    private func set(
        _ value: FileNode, at segments: ArraySlice<OverridePath.Segment>, in node: FileNode?, path: String, _ place: Place
    ) -> FileNode? {
        guard let segment = segments.first else { return value }
        switch node?.content ?? .null {
        case .null: return set(value, at: segments, inObject: [], of: FileNode(.object([]), at: place), path, place)
        case .object(let members):
            return set(value, at: segments, inObject: members, of: node ?? value, path, place)
        case .list(var elements):
            guard let index = index(of: segment, in: elements, path, place) else { return nil }
            let below = DocumentPath.element(index, of: path)
            guard let changed = set(value, at: segments.dropFirst(), in: elements[index], path: below, place) else {
                return nil
            }
            if segments.count == 1, case .null = value.content { elements.remove(at: index) } else { elements[index] = changed }
            return FileNode(.list(elements), at: node?.place ?? place)
        default:
            problems.report("there is \(node?.kind ?? "nothing") here, and nothing below it to set", at: place, path: path)
            return nil
        }
    }

    private func set(
        _ value: FileNode, at segments: ArraySlice<OverridePath.Segment>, inObject members: [FileMember],
        of node: FileNode, _ path: String, _ place: Place
    ) -> FileNode? {
        guard case .name(let name)? = segments.first else {
            problems.report("there is no list here that a number could point into", at: place, path: path)
            return nil
        }
        var members = members
        let position = members.firstIndex { $0.key == name }
        let below = DocumentPath.member(name, of: path)
        let old = position.map { members[$0].value }
        guard let changed = set(value, at: segments.dropFirst(), in: old, path: below, place) else { return nil }
        if let position {
            members[position].value = changed
        } else {
            members.append(FileMember(key: name, place: place, value: changed))
        }
        if segments.count == 1, case .null = value.content { members.removeAll { $0.key == name } }
        return FileNode(.object(members), at: node.place)
    }

    /// An element by number, or by its `name`.
    private func index(
        of segment: OverridePath.Segment, in elements: [FileNode], _ path: String, _ place: Place
    ) -> Int? {
        switch segment {
        case .index(let index):
            if elements.indices.contains(index) { return index }
            problems.report(
                "there is no element \(index); the list has \(elements.count), counted from 0", at: place, path: path)
        case .name(let name):
            let names = elements.map(\.nameMember)
            if let index = names.firstIndex(of: name) { return index }
            let known = names.compactMap(\.self)
            problems.report(
                "there is no element named '\(name)'" + (known.isEmpty ? "; use a number from 0" : ""), at: place,
                path: path, suggestion: Suggestion.nearest(to: name, among: known))
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

    /// The same value as part of an override.
    fileprivate func moved(to place: Place) -> FileNode {
        switch content {
        case .list(let elements): FileNode(.list(elements.map { $0.moved(to: place) }), at: place)
        case .object(let members):
            FileNode(
                .object(members.map { FileMember(key: $0.key, place: place, value: $0.value.moved(to: place)) }),
                at: place)
        default: FileNode(content, at: place, written: written)
        }
    }
}
