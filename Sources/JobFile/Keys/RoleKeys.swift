import Coordinator

/// What an agent may see and write.
enum RoleKeys {
    static let reads = Key(
        "reads", .list(of: .pattern, "a list of paths such as [task, artifacts.code]"),
        "The paths it sees; everything else is hidden from it.", default: [])
    static let writes = Key(
        "writes", .list(of: .pattern, "a list of paths such as [artifacts.notes]"),
        "The paths it may write; a write elsewhere refuses its whole contribution.", default: [])
    static let redact = Key(
        "redact", .list(of: RedactionKeys.form, "a list of paths"), "What is masked before it sees it.", default: [])

    /// A role without its name.
    static let form = Form<Role>.object("an object with reads and writes", [reads, writes, redact]) {
        Role(name: "", reads: $0[reads] ?? [], writes: $0[writes] ?? [], redact: $0[redact] ?? [])
    }

    static let definition = form.named("role")
}

/// `role:` of an agent: written out, or the name of one.
enum RoleReference: Sendable {
    case inline(Role)
    case named(String)

    static let form = Form<RoleReference>([
        "anyOf": [.object(Form<String>.name.schema), .object(RoleKeys.definition.schema)]
    ]) { cursor in
        switch cursor.node.content {
        case .text(let name): return .named(name)
        case .object: return RoleKeys.form.read(cursor).map { .inline($0) }
        default:
            cursor.expected("the name of a role, or an object with reads and writes")
            return nil
        }
    }
}

/// A member of `redact:`: a path, or a path with an expression for the text that is masked there.
enum RedactionKeys {
    static let path = Key("path", .pattern, "Where to look.", required: true)
    static let match = Key(
        "match", expression,
        "A regular expression; what matches inside a text is masked. Without it the whole value is.",
        otherNames: ["regex", "pattern"])

    private static let expression = Form<String>(["type": "string", "minLength": 1]) { cursor in
        guard let text = Form.someText.read(cursor) else { return nil }
        do {
            _ = try Regex(text)
        } catch {
            cursor.report("'\(text)' is not a regular expression: \(error)")
        }
        return text
    }

    private static let object = Form<Redaction>.object("a path, or an object with path and match", [path, match]) {
        members in
        let match = members[match]
        return members[path].map { Redaction($0, match: match) }
    }

    static let form = Form<Redaction>(["anyOf": [.object(Form<ContextPattern>.pattern.schema), .object(object.schema)]])
    {
        cursor in
        if case .text = cursor.node.content { return Form<ContextPattern>.pattern.read(cursor).map { Redaction($0) } }
        return object.read(cursor)
    }
}
