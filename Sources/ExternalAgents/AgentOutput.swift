import Coordinator
import Support
import TelemetryCatalog

/// The output of an agent in another language or on another machine: one JSON document, a contribution.
struct AgentOutput: Sendable {
    /// The most bytes of a contribution. 8 MiB.
    static let defaultLimit = 8 << 20

    private static let members: Set<String> = ["set", "append", "merge", "usage"]
    private static let usageMembers: Set<String> = ["input_tokens", "output_tokens", "cost_usd"]

    /// Reads a contribution; empty output is a contribution that writes nothing.
    ///
    /// - Parameter source: where the bytes came from, for messages: `standard output`.
    /// - Throws: ``AgentError`` with `invalid_output`, transient: another attempt may do better.
    static func contribution(_ bytes: [UInt8], from source: String) throws(AgentError) -> Contribution {
        if bytes.allSatisfy({ $0 == 0x20 || (0x09...0x0D).contains($0) }) { return Contribution() }
        if let location = firstFault(in: bytes) {
            throw unusable(
                "\(source) is not UTF-8: byte \(location.byte) of it, in line \(location.line); write every text as UTF-8"
            )
        }
        let document: JSONValue
        do {
            document = try JSONValue(json: bytes)
        } catch {
            throw unusable(
                "\(source) is not one JSON document\(DecodingWords.reason(error)); it must be an object with set, append, "
                    + "merge and usage, and nothing may stand beside it (logs belong on standard error)")
        }
        guard let object = document.objectValue else {
            throw unusable(
                "\(source) is a JSON \(document.kindName); it must be an object with set, append, merge and usage")
        }
        try check(object, members, "\(source)")
        if let usage = object["usage"]?.objectValue {
            try check(usage, usageMembers, "usage in \(source)")
            try checkCounts(usage, source)
        }
        do {
            let contribution: Contribution = try document.decoded()
            let usage = contribution.usage
            guard usage.inputTokens >= 0, usage.outputTokens >= 0, usage.costUSD >= 0 else {
                throw unusable("usage in \(source) holds a number below 0")
            }
            if let fault = usage.fault { throw unusable("\(source) is not a contribution: \(fault)") }
            return contribution
        } catch let error as AgentError {
            throw error
        } catch {
            throw unusable("\(source) is not a contribution\(DecodingWords.reason(error))")
        }
    }

    private static func check(
        _ object: JSONObject, _ allowed: Set<String>, _ location: String
    ) throws(AgentError) {
        guard let unknown = object.keys.map(\.string).sorted().first(where: { !allowed.contains($0) }) else { return }
        throw unusable(
            "\(location) has the member '\(unknown.prefix(60))'; there are \(allowed.sorted().joined(separator: ", "))")
    }

    /// Counts of tokens are whole numbers of 64 bits; the decoder says of others only that the JSON is not valid.
    private static func checkCounts(_ usage: JSONObject, _ source: String) throws(AgentError) {
        for (name, value) in usage.sorted(by: { $0.key < $1.key }) where name.string.hasSuffix("_tokens") {
            guard case .number(let number) = value, value.integerValue == nil else { continue }
            throw unusable(
                "\(source) is not a contribution: usage.\(name) is \(number), and must be a whole number, at most "
                    + "\(Contribution.Usage.largestTokens)")
        }
    }

    private static func unusable(_ message: String) -> AgentError {
        AgentError(.transient, errorType: ErrorType.invalidOutput, message)
    }

    /// The first byte that is not UTF-8, and its line; both count from 1.
    private static func firstFault(in bytes: [UInt8]) -> (byte: Int, line: Int)? {
        var parser = Unicode.UTF8.ForwardParser()
        var iterator = bytes.makeIterator()
        var read = 0
        while true {
            switch parser.parseScalar(from: &iterator) {
            case .valid(let scalar): read += scalar.count
            case .emptyInput: return nil
            case .error: return (read + 1, 1 + bytes[..<read].count { $0 == UInt8(ascii: "\n") })
            }
        }
    }
}
