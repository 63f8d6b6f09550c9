/// A member of `notify:`.
enum NotifyKeys {
    static let command = Key(
        "command", ProgramArguments.form,
        "A program and its arguments, which gets the notice as JSON on standard input; never handed to a shell.",
        otherNames: ["run", "argv", "cmd", "exec"])
    static let url = Key(
        "url", ServiceAddress.form, "The address that takes the notice as JSON by POST.",
        otherNames: ["endpoint", "address", "http", "webhook"])
    static let keyVariable = Key(
        "key_env", VariableName.form.located,
        "With url, the environment variable that holds the key by which notices are signed (X-Coordinator-Signature).",
        otherNames: ["key", "secret", "secret_env"])

    private static let keys: [any ObjectKey] = [command, AgentKeys.variables, url, keyVariable]

    private static let target = Form<NotificationTargetDraft>.object(
        "an object with command or url", keys,
        rules: [
            "oneOf": [
                [
                    "required": [.string(command.name)],
                    "not": ["required": [.string(keyVariable.name)]],
                ],
                [
                    "required": [.string(url.name)],
                    "not": ["required": [.string(AgentKeys.variables.name)]],
                ],
            ]
        ], build: build)

    static let form: Form<[NotificationTargetDraft]> = {
        let list = Form.list(of: target, "a list such as [{url: https://example.org/hook}]")
        var schema = list.schema
        schema["maxItems"] = .integer(Int64(NotificationTarget.most))
        return Form(schema) { cursor in
            let targets = list.read(cursor)
            if let count = targets?.count, count > NotificationTarget.most {
                cursor.report("there are \(count) places to notify, and may be \(NotificationTarget.most)")
            }
            return targets
        }
    }()

    /// Reads every key once, so that every mistake is reported once.
    private static func build(_ members: Members) -> NotificationTargetDraft? {
        let arguments = members[command]
        let address = members[url]
        let variables = members[AgentKeys.variables] ?? []
        let key = members[keyVariable]
        let (hasCommand, hasURL) = (members.has(command), members.has(url))
        if hasCommand, hasURL {
            members.report(at: url, "command and url exclude each other; write two places to notify")
        } else if !hasCommand, !hasURL {
            members.cursor.report("one of the keys 'command' and 'url' is missing")
        } else if hasCommand, members.has(keyVariable) {
            members.report(at: keyVariable, "the key 'key_env' goes with url: what a command gets is not signed")
        } else if hasURL, members.has(AgentKeys.variables) {
            members.report(at: AgentKeys.variables, "the key 'env' goes with command: a service gets no variables")
        }
        if let arguments {
            return NotificationTargetDraft(target: .command(arguments, variables: variables), key: nil)
        }
        return address.map { NotificationTargetDraft(target: .http(url: $0, keyVariable: key?.value), key: key) }
    }
}

/// A place to notify as read, before it is known whether its key is there.
struct NotificationTargetDraft: Sendable {
    let target: NotificationTarget
    let key: Located<String>?
}
