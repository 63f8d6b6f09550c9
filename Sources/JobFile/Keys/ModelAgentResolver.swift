import Coordinator
import Support

/// Reads the files that an agent made of a model names, looks up its tools, and makes its specification.
struct ModelAgentResolver {
    let draft: ModelAgentDraft
    /// The agent's name.
    let name: String
    /// The name by which it sees its element, if it runs for those of a list.
    let item: String?
    /// The job's servers of tools.
    let servers: [String: ToolServerDraft]
    /// Their names in order.
    let sortedServers: [String]
    let surroundings: JobSurroundings

    private typealias Specification = ModelAgentSpecification

    func resolve() -> ModelAgentSpecification {
        let (tools, servers) = tools()
        checkApproved(tools, servers)
        let edits = tools.contains(.edit)
        let standard = Specification.output(of: name, edits: edits)
        let output = draft.output
        if let path = output?.path, edits, path.value.isPrefix(of: Specification.patch(of: name)) {
            path.cursor.report(
                "the agent's patch stands below \(path.value), where its answer would take its place",
                suggestion: standard.description)
        }
        let (schema, file) = schema(output?.schema)
        return Specification(
            instructions: instructions(), input: input(),
            output: .init(schema: schema, schemaFile: file, to: output?.path?.value ?? standard), tools: tools,
            servers: servers, limits: draft.limits, approve: draft.approve.map(\.value))
    }

    /// A role that hides what the prompt holds, or refuses the answer, shows only once a model has been paid.
    func check(_ agent: ModelAgentSpecification, against role: Role, at cursor: Cursor) {
        let reads = PatternIndex(role.reads)
        for path in agent.input where path.segments.first != item && !reads.reaches(path) {
            cursor.report("the role does not let the agent read \(path), which is its input")
        }
        for path in agent.writes(of: name) where !role.mayWrite(path) {
            cursor.report("the role does not let the agent write \(path), where its work goes")
        }
    }

    // MARK: instructions and schema

    private func instructions() -> Specification.Instructions {
        guard let located = draft.instructions else { return .init("") }
        let text = located.value
        guard Self.isFile(text) else {
            if !text.isEmpty, !text.contains(where: \.isWhitespace), !text.allSatisfy(\.isWhitespace) {
                located.cursor.report(
                    "'\(Excerpt.of(text, atMost: 64))' is one word; write sentences, or a file of the job file's folder that "
                        + "ends in .md or .txt")
            }
            return .init(text)
        }
        do {
            let read = try surroundings.folder.text(of: text, atMost: Specification.longestInstructions)
            return .init(read.map { $0.last?.isNewline == true ? $0 : $0 + "\n" } ?? "", file: text)
        } catch {
            located.cursor.report("\(error.message); instructions that are one line ending in .md or .txt name a file")
            return .init("", file: text)
        }
    }

    /// Whether instructions name a file. What was read of one ends with a newline, and so is never taken for another name.
    private static func isFile(_ text: String) -> Bool {
        (text.hasSuffix(".md") || text.hasSuffix(".txt")) && !text.contains(where: \.isNewline)
    }

    private func schema(_ located: Located<ModelOutputDraft.Schema>?) -> (JSONValue?, file: String?) {
        switch located?.value {
        case nil: return (nil, nil)
        case .inline(let schema):
            if let located { check(schema, of: located.cursor) }
            return (schema, nil)
        case .file(let name):
            do throws(JobFolder.Fault) {
                let text = try surroundings.folder.text(of: name, atMost: Specification.largestSchema)
                guard let text else { return (nil, name) }
                return (read(text, of: name, at: located?.cursor), name)
            } catch {
                located?.cursor.report(error.message)
                return (nil, name)
            }
        }
    }

    private func read(_ text: String, of name: String, at cursor: Cursor?) -> JSONValue? {
        do {
            let schema = try JSONValue(json: text.utf8)
            if let fault = Self.fault(ofRoot: schema) ?? surroundings.schemaFault(schema) {
                cursor?.report("\(name): \(fault)")
            }
            return schema
        } catch DecodingError.dataCorrupted(let fault) {
            cursor?.report("\(name) is no JSON: \(fault.debugDescription)")
            return nil
        } catch {
            cursor?.report("\(name) is no JSON: \(error)")
            return nil
        }
    }

    /// Reports what is wrong with a schema of the job file itself where it stands.
    private func check(_ schema: JSONValue, of cursor: Cursor) {
        if let fault = Self.fault(ofRoot: schema) { return cursor.report(fault) }
        guard let fault = surroundings.schemaFault(schema) else { return }
        let pointer = fault.hasPrefix("#/") ? fault.prefix { $0 != ":" } : ""
        cursor.below(pointer.split(separator: "/").dropFirst().map(String.init)).report(fault)
    }

    private static func fault(ofRoot schema: JSONValue) -> String? {
        schema["type"] == "object"
            ? nil : "an answer is an object: the root of its schema needs type: object, and what you want as a member"
    }

    // MARK: input

    private func input() -> [ContextPath] {
        guard let input = draft.input else { return ["task"] + (item.map { [ContextPath(segments: [$0])] } ?? []) }
        if let item, !input.contains(where: { $0.value.segments.first == item }) {
            let place = input.first?.cursor ?? draft.instructions?.cursor
            place?.report(
                "each of its runs would be asked the same, since the element is no part of the input; add \(item)")
        }
        return input.map(\.value)
    }

    // MARK: tools

    private func tools() -> ([Specification.BuiltIn], [Specification.Server]) {
        var builtIn: [Specification.BuiltIn] = []
        var found: [Specification.Server] = []
        for draft in draft.tools {
            switch draft.tool {
            case .builtIn(let tool):
                if builtIn.contains(where: { $0.name == tool.name }) {
                    draft.cursor.report("the tool '\(tool.name)' stands twice")
                }
                builtIn.append(tool)
            case .server(let name, let allow):
                if found.contains(where: { $0.name == name.value }) {
                    name.cursor.report("the server '\(name.value)' stands twice; write one list of what is allowed")
                } else if servers[name.value] == nil {
                    name.cursor.report(
                        unknown: name.value, "there is no server '\(name.value)' under tools: of the job",
                        known: { sortedServers },
                        listing: {
                            sortedServers.isEmpty
                                ? "; the job declares none" : "; known are \(Suggestion.list(sortedServers))"
                        })
                }
                found.append(.init(name.value, allow: allow?.map(\.value)))
            case .unknown(let word): reportUnknown(word, at: draft.cursor)
            }
        }
        return (builtIn, found)
    }

    private func reportUnknown(_ word: String, at cursor: Cursor) {
        if servers[word] != nil {
            cursor.report("'\(word)' is a server of the job", suggestion: "{mcp: \(word)}")
            return
        }
        let names = Specification.BuiltIn.names
        cursor.report(
            unknown: word, "there is no tool '\(word)'", known: { names + sortedServers },
            listing: { "; write one of \(names.joined(separator: ", ")), or {mcp: NAME} for a server under tools:" })
    }

    private func checkApproved(_ tools: [Specification.BuiltIn], _ servers: [Specification.Server]) {
        let names = tools.map(\.name)
        for approved in draft.approve {
            let tool = approved.value
            if names.contains(tool) { continue }
            let known = {
                names
                    + servers.flatMap { server in
                        ["\(server.name).*"] + (server.allow ?? []).map { "\(server.name).\($0)" }
                    }
            }
            let parts = tool.split(separator: ".", maxSplits: 1).map(String.init)
            if parts.count == 2, let server = servers.first(where: { $0.name == parts[0] }) {
                if parts[1] == "*" || server.allow?.contains(parts[1]) ?? (ToolName.fault(in: parts[1]) == nil) {
                    continue
                }
            }
            approved.cursor.report(
                unknown: tool, "'\(tool)' is none of the agent's tools, so nobody would ever be asked", known: known,
                listing: {
                    known().isEmpty
                        ? "; it has none"
                        : "; they are \(Suggestion.list(known()))"
                })
        }
    }
}

extension Cursor {
    /// The value that some keys and indexes lead to, as far as there is one.
    fileprivate func below(_ steps: [String]) -> Cursor {
        guard let step = steps.first else { return self }
        let rest = Array(steps.dropFirst())
        switch node.content {
        case .object(let members):
            guard let member = members.first(where: { $0.key == step }) else { return self }
            return self.member(member).below(rest)
        case .list(let nodes):
            guard let index = Int(step), nodes.indices.contains(index) else { return self }
            return elements(nodes)[index].below(rest)
        default: return self
        }
    }
}
