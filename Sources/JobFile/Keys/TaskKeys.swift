import Coordinator
import Support

/// `task:` of the job.
enum TaskKeys {
    static let description = Key("description", .text, "The task in prose.", default: "")
    static let requirements = Key(
        "requirements", .list(of: RequirementKeys.form, "a list of sentences"),
        "What must hold in the end: sentences, or objects with a sentence and the commands that verify it.",
        default: [])
    static let validation = Key(
        "validation", .list(of: ProgramArguments.form, "a list of commands, each a list of arguments"),
        "Commands that must pass, each a list of arguments; never handed to a shell.", default: [],
        otherNames: ["commands", "checks"])

    static let form = Form<JobTask>.object(
        "an object that describes the task", [description, requirements, validation]
    ) { members in
        let task = JobTask(
            description: members[description] ?? "", requirements: members[requirements] ?? [],
            validation: members[validation] ?? [])
        let count = task.commands.count
        if count > JobTask.commandLimit {
            members.cursor.report(
                "the task names \(count) different commands; at most \(JobTask.commandLimit) can be run, so put several "
                    + "into one script")
        }
        return task
    }
}

/// An element of `requirements:`: a sentence, or an object with a sentence and commands.
enum RequirementKeys {
    static let text = Key(
        "text", .someText, "What must hold in the end, in a sentence.", required: true,
        otherNames: ["requirement", "description"])
    static let verify = Key(
        "verify",
        .list(of: ProgramArguments.form, atLeast: 1, "a list of commands, each a list of arguments"),
        "The commands that show it, each a list of arguments, run like those of validation; it is verified when all pass.",
        otherNames: ["validation", "commands", "checks"])

    private static let detailed = Form<Requirement>.object("an object with text and verify", [text, verify]) {
        members in
        let commands = members[verify] ?? []
        return members[text].map { Requirement($0, verify: commands) }
    }

    static let form = Form<Requirement>([
        "anyOf": [.object(Form<String>.someText.schema), .object(detailed.schema)]
    ]) { cursor in
        guard case .object(let members) = cursor.node.content else {
            return Form<String>.someText.read(cursor).map { Requirement($0) }
        }
        if let sentence = sentence(members) {
            cursor.report("a sentence that holds ': ' goes in quotes", suggestion: "\"\(sentence)\"")
            return nil
        }
        return detailed.read(cursor)
    }

    /// The sentence that was meant by an object of one member, as `Note: it works` is one.
    private static func sentence(_ members: [FileMember]) -> String? {
        let names = [text.name, verify.name]
        guard members.count == 1, let member = members.first, !member.value.written.isEmpty,
            !(names + text.otherNames + verify.otherNames).contains(member.key),
            Suggestion.nearest(to: member.key, among: names) == nil
        else { return nil }
        return "\(member.key): \(member.value.written)"
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
