/// The W3C `traceparent` and `tracestate` headers.
enum TraceContext {
    static let parentKey = "traceparent"
    static let stateKey = "tracestate"
    /// The most members a `tracestate` may have, by the W3C recommendation.
    static let maximumStateMembers = 32
    /// The longest `tracestate` that is passed on, in bytes.
    static let maximumStateLength = 8192
    /// The flags that are passed on: sampled (1), and that the trace's id is random (2), which level 2 of the
    /// recommendation defines. The other bits are reserved, and are to be zero.
    static let knownFlags: UInt8 = 0b11
    /// The bit of ``knownFlags`` that the first process of a trace sets for all that follow.
    static let randomFlag: UInt8 = 0b10

    static func header(for context: SpanContext) -> String {
        // Made as one string, without parts to join: the header is written for every request.
        String(unsafeUninitializedCapacity: 55) { text in
            let zero = UInt8(ascii: "0")
            (text[0], text[1], text[53], text[54]) = (zero, zero, zero, zero + (context.flags & knownFlags))
            (text[2], text[35], text[52]) = (dash, dash, dash)
            Hexadecimal.write(context.traceID.high, to: text, at: 3)
            Hexadecimal.write(context.traceID.low, to: text, at: 19)
            Hexadecimal.write(context.spanID.value, to: text, at: 36)
            return 55
        }
    }

    /// Reads a `traceparent`; `nil` when any part of it breaks the recommendation.
    static func parse(_ parent: String, state: String?) -> SpanContext? {
        let bytes = Array(parent.utf8)
        guard bytes.count >= 55, bytes[2] == dash, bytes[35] == dash, bytes[52] == dash,
            let version = Hexadecimal.value(bytes[0..<2]), version != 0xFF,
            let high = Hexadecimal.value(bytes[3..<19]), let low = Hexadecimal.value(bytes[19..<35]),
            high != 0 || low != 0,
            let span = Hexadecimal.value(bytes[36..<52]), span != 0,
            let flags = Hexadecimal.value(bytes[53..<55])
        else { return nil }
        // Version 00 ends here; later versions may continue after another dash.
        guard bytes.count == 55 || (version > 0 && bytes[55] == dash) else { return nil }
        return SpanContext(
            traceID: TraceID(high: high, low: low), spanID: SpanID(span), flags: UInt8(flags) & knownFlags,
            traceState: state.flatMap(validState) ?? "", isRemote: true)
    }

    /// The state without empty members; `nil` when a member is malformed, since then the whole state must be discarded.
    static func validState(_ state: String) -> String? {
        guard state.utf8.count <= maximumStateLength else { return nil }
        var members: [String] = []
        var keys: Set<Substring> = []
        for part in state.split(separator: ",") {
            let member = part.trimmingBlanks()
            if member.isEmpty { continue }
            guard let equals = member.firstIndex(of: "=") else { return nil }
            let key = member[..<equals]
            let value = member[member.index(after: equals)...]
            guard isStateKey(key), isStateValue(value), keys.insert(key).inserted else { return nil }
            members.append(String(member))
        }
        guard members.count <= maximumStateMembers else { return nil }
        return members.joined(separator: ",")
    }

    private static let dash = UInt8(ascii: "-")

    private static func isStateKey(_ key: Substring) -> Bool {
        guard let first = key.utf8.first, key.utf8.count <= 256 else { return false }
        guard (97...122).contains(first) || (48...57).contains(first) else { return false }
        return key.utf8.allSatisfy {
            (97...122).contains($0) || (48...57).contains($0) || "_-*/@".utf8.contains($0)
        }
    }

    private static func isStateValue(_ value: Substring) -> Bool {
        (1...256).contains(value.utf8.count)
            && value.utf8.allSatisfy { (0x20...0x7E).contains($0) && $0 != UInt8(ascii: "=") }
    }
}

extension Substring {
    /// The text without spaces and tabs at its ends.
    func trimmingBlanks() -> Substring {
        trimming { $0 == " " || $0 == "\t" }
    }
}
