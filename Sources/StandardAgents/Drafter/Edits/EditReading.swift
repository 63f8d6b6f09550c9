import Coordinator

/// What a model's answer means as edits, where its members have other names or kinds than those that were asked for.
///
/// Weak models, and services that do not bind answers to a schema, answer with the names that other tools use.
package enum EditReading {
    private static let paths = ["path", "file", "filename", "filepath"]
    private static let newFiles = ["newfile", "newpath"]
    private static let pieces = [
        "search", "oldstring", "oldstr", "old", "oldtext", "oldcode", "find", "original", "before",
    ]
    private static let symbols = ["symbol", "function", "method", "class", "declaration"]
    private static let lines = ["lines", "line", "linerange", "range"]
    private static let texts = [
        "text", "replace", "replacement", "newstring", "newstr", "new", "newtext", "newcode", "content", "updated",
        "after",
        "with", "code",
    ]
    private static let firsts = ["startline", "linestart", "from", "start", "first"]
    private static let lasts = ["endline", "lineend", "to", "end", "last"]

    /// Reads an answer that has the member `edits`.
    ///
    /// - Returns: the edits, or what is wrong with those that cannot be read.
    package static func read(_ answer: JSONValue) -> (proposal: EditProposal, problems: [AnswerProblem]) {
        var proposal = EditProposal(summary: answer["summary"]?.stringValue ?? "", edits: [], requirements: [])
        var problems: [AnswerProblem] = []
        for (index, value) in (answer["edits"]?.arrayValue ?? []).enumerated() {
            switch edit(Members(value)) {
            case .success(let edit): proposal.edits.append(edit)
            case .failure(let fault): problems.append(AnswerProblem(words: "Edit \(index + 1) \(fault.words)."))
            }
        }
        for value in answer["requirements"]?.arrayValue ?? [] {
            guard let number = integer(value["number"]), let answer = value["answer"]?.stringValue else { continue }
            proposal.requirements.append(.init(number: number, answer: answer))
        }
        return (proposal, problems)
    }

    /// What is wrong, as the end of a sentence whose subject is the edit.
    private struct Fault: Error { let words: String }

    /// The members by their names in lower case, without what separates words.
    private struct Members {
        var values: JSONObject = [:]

        init(_ value: JSONValue) {
            for (name, member) in value.objectValue ?? [:] where member != .null {
                values[name.string.lowercased().filter { $0 != "_" && $0 != "-" && $0 != " " }] = member
            }
        }

        func first(_ names: [String]) -> JSONValue? { names.lazy.compactMap { values[$0] }.first }
    }

    private static func edit(_ members: Members) -> Result<EditProposal.Edit, Fault> {
        let newPath = text(members.first(newFiles)).flatMap { $0.isEmpty ? nil : $0 }
        guard let path = newPath ?? text(members.first(paths)).flatMap({ $0.isEmpty ? nil : $0 }) else {
            return .failure(Fault(words: "names no file: write the path of one into `path`"))
        }
        guard let text = text(members.first(texts)) else {
            return .failure(Fault(words: "has no `text`, which is what takes the place of the lines"))
        }
        let target: EditProposal.Target
        if newPath != nil {
            target = .newFile
        } else if let piece = self.text(members.first(pieces)), !piece.isEmpty {
            target = .place(.piece(piece))
        } else if let symbol = self.text(members.first(symbols)), !symbol.isEmpty {
            target = .place(.symbol(symbol))
        } else if let value = lineRange(members) {
            guard let range = range(value) else {
                return .failure(
                    Fault(words: "has `lines` that are no two numbers: write the first and the last, as [3, 5]"))
            }
            target = .place(.lines(first: range.first, last: range.last))
        } else {
            target = .newFile
        }
        return .success(.init(path: path, target: target, text: text))
    }

    /// What names lines; an empty list names none.
    private static func lineRange(_ members: Members) -> JSONValue? {
        if let lines = members.first(lines), lines.arrayValue?.isEmpty != true { return lines }
        return members.first(firsts).map { _ in .object(members.values) }
    }

    /// A text, or a list of lines; an empty list has no text in it.
    private static func text(_ value: JSONValue?) -> String? {
        guard let lines = value?.arrayValue else { return value?.stringValue }
        let texts = lines.compactMap(\.stringValue)
        guard texts.count == lines.count else { return nil }
        // Lines may have their ends already.
        let haveEnds = texts.count > 1 && texts.dropLast().allSatisfy { $0.utf8.last == UInt8(ascii: "\n") }
        return texts.joined(separator: haveEnds ? "" : "\n")
    }

    /// `[3, 5]`, `[3]`, `3`, `"3-5"` or `{"from": 3, "to": 5}`.
    private static func range(_ value: JSONValue) -> (first: Int, last: Int)? {
        var numbers: [Int?]
        switch value {
        case .array(let list): numbers = list.map(integer)
        case .string(let text):
            numbers = text.split { !$0.isNumber }.prefix(3).map { Int($0) }
        case .object:
            let members = Members(value)
            let last = members.first(lasts)
            numbers = [integer(members.first(firsts))] + (last == nil ? [] : [integer(last)])
        default: numbers = [integer(value)]
        }
        guard (1...2).contains(numbers.count), let first = numbers[0], let last = numbers[numbers.count - 1] else {
            return nil
        }
        return (first, last)
    }

    private static func integer(_ value: JSONValue?) -> Int? {
        value?.integerValue.flatMap { Int(exactly: $0) } ?? value?.stringValue.flatMap { Int($0.trimmingWhitespace()) }
    }
}
