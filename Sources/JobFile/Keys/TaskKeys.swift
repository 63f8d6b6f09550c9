import Coordinator

/// `task:` of the job.
enum TaskKeys {
    static let description = Key("description", .text, "The task in prose.", default: "")
    static let requirements = Key(
        "requirements", .list(of: .someText, "a list of sentences"), "What must hold in the end, one sentence each.",
        default: [])
    static let validation = Key(
        "validation", .list(of: ProgramArguments.form, "a list of commands, each a list of arguments"),
        "Commands that must pass, each a list of arguments; never handed to a shell.", default: [],
        otherNames: ["commands", "checks"])

    static let form = Form<JobTask>.object(
        "an object that describes the task", [description, requirements, validation]
    ) {
        JobTask(
            description: $0[description] ?? "", requirements: $0[requirements] ?? [], validation: $0[validation] ?? [])
    }
}

/// A member of `artifacts:`: files of the workspace, or a value.
enum ArtifactKeys {
    static let include = Key(
        "include", .list(of: FilePattern.form, atLeast: 1, "a list of patterns such as [\"Sources/**\"]"),
        "The tracked files to take, as patterns from the workspace down.", required: true)
    static let exclude = Key(
        "exclude", .list(of: FilePattern.form, "a list of patterns"), "Files to leave out of them.", default: [])

    private static let files = Form<ArtifactSource>.object("an object with include and exclude", [include, exclude]) {
        .files(include: $0[include] ?? [], exclude: $0[exclude] ?? [])
    }

    static let form = Form<ArtifactSource>([
        "if": ["type": "object", "anyOf": [["required": ["include"]], ["required": ["exclude"]]]],
        "then": .object(files.schema),
    ]) { cursor in
        guard case .object(let members) = cursor.node.content, isMeantAsFiles(members) else {
            return .value(cursor.node.json)
        }
        return files.read(cursor)
    }

    /// Whether the keys are those of files, misspellings included: nobody writes `{inclde: [...]}` as a value.
    private static func isMeantAsFiles(_ members: [FileMember]) -> Bool {
        let names = [include.name, exclude.name]
        if members.contains(where: { names.contains($0.key) }) { return true }
        return !members.isEmpty
            && members.allSatisfy { member in
                guard case .list = member.value.content else { return false }
                return Suggestion.nearest(to: member.key, among: names) != nil
            }
    }
}

/// A member of `fields:`.
enum FieldKeys {
    static let merge = Key(
        "merge",
        Form<String>.choice(MergeRule.named.map(\.name)).map { name in MergeRule.named.first { $0.name == name } },
        "How what several agents write becomes one value.", required: true)

    static let form = Form<MergeRule>.object("an object such as {merge: append}", [merge]) { $0[merge] ?? nil }
}
