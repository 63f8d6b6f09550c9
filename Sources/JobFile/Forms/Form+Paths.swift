import Coordinator
import Support

extension Form where Value == ContextPath {
    /// One path on the blackboard.
    static var path: Form {
        Form(["type": "string", "minLength": 1, "examples": ["artifacts.code"]]) { cursor in
            readPath(cursor) { try ContextPath($0) }
        }
    }
}

extension Form where Value == ContextPattern {
    /// A pattern of paths on the blackboard.
    static var pattern: Form {
        Form(["type": "string", "minLength": 1, "examples": ["artifacts.code", "artifacts.**"]]) { cursor in
            readPath(cursor) { try ContextPattern($0) }
        }
    }
}

private func readPath<Value>(_ cursor: Cursor, _ parse: (String) throws -> Value) -> Value? {
    guard let text = Form.text.read(cursor) else { return nil }
    do {
        return try parse(text)
    } catch {
        cursor.report("\(error)")
        return nil
    }
}

/// Patterns for files of the workspace.
enum FilePattern {
    static let form = Form<String>(["type": "string", "minLength": 1]) { cursor in
        guard let text = Form.someText.read(cursor) else { return nil }
        if text.isAbsolutePath || text.utf8.first == UInt8(ascii: "~") {
            cursor.report("'\(text)' is not relative; patterns start at the workspace")
        } else if text.pathSegments.contains("..") {
            cursor.report("'\(text)' leaves the workspace; '..' is not allowed")
        } else if text.contains("\\") || text.unicodeScalars.contains(where: { $0.value < 0x20 }) {
            cursor.report("'\(text)' holds a backslash or a control character; separate folders with '/'")
        }
        return text
    }
}

/// Argument lists of programs.
enum ProgramArguments {
    static let form = Form<[String]>([
        "type": "array", "minItems": 1, "items": ["type": "string"], "examples": [["python3", "tools/lint.py"]],
    ]) { cursor in
        if case .text(let line) = cursor.node.content {
            let words = line.split(separator: " ").joined(separator: ", ")
            cursor.report(
                "a command is never handed to a shell; write a list of arguments", suggestion: "[\(words)]")
            return nil
        }
        let list = Form.list(of: Form.text.located, atLeast: 1, "a list of arguments such as [git, --version]")
        guard let arguments = list.read(cursor) else { return nil }
        if let program = arguments.first, program.value.isEmpty { program.cursor.report("the program's name is empty") }
        for argument in arguments where argument.value.unicodeScalars.contains("\0") {
            argument.cursor.report("an argument cannot hold a NUL character")
        }
        return arguments.map(\.value)
    }
}

/// Addresses of services.
enum ServiceAddress {
    static let form = Form<String>([
        "type": "string", "pattern": "^https?://[^/?#\\s]+", "examples": ["http://127.0.0.1:9000/agent"],
    ]) { cursor in
        guard let text = Form.text.read(cursor) else { return nil }
        let scheme = ["http://", "https://"].first { text.hasPrefix($0) }
        let host = text.dropFirst(scheme?.count ?? 0).prefix { !"/?#".contains($0) }
        if scheme == nil || host.isEmpty {
            cursor.report("'\(PrintableAddress.text(of: text))' is not an http:// or https:// address")
        } else if text.unicodeScalars.contains(where: { $0.value <= 0x20 || $0.value == 0x7F }) {
            cursor.report("an address holds no spaces or control characters; write them as %20 and so on")
        } else if host.contains("@") {
            cursor.report("an address holds no user name or password; secrets do not belong in a job file")
        } else {
            do {
                _ = try WebAddress(text)
            } catch {
                cursor.report("the address '\(PrintableAddress.text(of: text))' \(error)")
            }
        }
        return text
    }
}

/// Names of environment variables.
enum VariableName {
    static let form = Form<String>(
        ["type": "string", "pattern": "^[A-Za-z_][A-Za-z0-9_]*$"]
    ) { cursor in
        guard let text = Form<String>.text.read(cursor) else { return nil }
        if text.wholeMatch(of: /[A-Za-z_][A-Za-z0-9_]*/) == nil {
            let name = text.prefix { $0 != "=" }
            cursor.report(
                "'\(name)' is not a variable's name; values are not written here, they come from the environment of "
                    + "coordinator")
        }
        return text
    }
}
