import Coordinator
import FoundationEssentials

/// Whether a contribution can travel to another process and back.
enum WireForm {
    /// Describes the part that gets lost; `nil` when none does.
    static func problem(of contribution: Contribution) -> String? {
        do {
            let document = try JSONValue(json: JSONValue(encoding: contribution).json().utf8)
            let back = try document.decoded(as: Contribution.self)
            return plain(back) == plain(contribution) ? nil : "it came back changed"
        } catch {
            return "\(error)"
        }
    }

    /// JSON does not tell 1.0 from 1.
    private static func plain(_ contribution: Contribution) -> Contribution {
        var plain = contribution
        plain.set = contribution.set.mapValues(plain(_:))
        plain.append = contribution.append.mapValues { $0.map(plain(_:)) }
        plain.merge = contribution.merge.mapValues { $0.mapValues(plain(_:)) }
        return plain
    }

    private static func plain(_ value: JSONValue) -> JSONValue {
        switch value {
        case .number(let number): Int64(exactly: number).map { .integer($0) } ?? value
        case .array(let elements): .array(elements.map(plain(_:)))
        case .object(let members): .object(members.mapValues(plain(_:)))
        case .null, .bool, .integer, .string: value
        }
    }
}

/// Whether a value of `error.type` names a kind of failure, so that there are few of them.
enum ErrorTypeRule {
    private static let longest = 64

    /// Describes what is wrong with the value; `nil` when nothing is.
    static func problem(of type: String, jobID: String) -> String? {
        if type.isEmpty { return "is empty" }
        if type.count > longest { return "is longer than \(longest) characters" }
        if type.contains(where: \.isWhitespace) { return "is no name, but has spaces" }
        if type.contains(jobID) { return "holds the job's id" }
        if type.allSatisfy(\.isNumber), !(Int(type).map { (100...599).contains($0) } ?? false) {
            return "is a number and no HTTP status"
        }
        if type.contains("/") || type.contains("\\") { return "looks like a path" }
        let uuid = #/[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}/#
        let hexadecimal = #/[0-9a-fA-F]{16,}/#
        if type.contains(uuid) || type.contains(hexadecimal) { return "holds an id" }
        return nil
    }
}
