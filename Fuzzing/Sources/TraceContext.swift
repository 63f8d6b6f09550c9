@testable import Telemetry

/// Headers that are accepted are valid, are written in the canonical form, and are read back as equal; all others are
/// rejected.
func checkTraceContext(_ input: [UInt8]) throws {
    let end = input.firstIndex(of: UInt8(ascii: "\n")) ?? input.endIndex
    let parent = text(input[..<end])
    let state = end < input.endIndex ? text(input[(end + 1)...]) : nil
    let context = TraceContext.parse(parent, state: state)
    try hold((context != nil) == isParent(Array(parent.utf8)), "accepted: \(context != nil)")
    if let context {
        let header = TraceContext.header(for: context)
        try hold(header.utf8.elementsEqual("00-\(parent.dropFirst(3).prefix(50))0\(context.flags)".utf8), header)
        try hold(TraceContext.parse(header, state: context.traceState) == context, "read back: \(header)")
        try hold(context.isRemote && context.flags <= 3, "flags \(context.flags)")
        try checkState(context.traceState)
    }
    if let state, let valid = TraceContext.validState(state) {
        try checkState(valid)
        try hold(context == nil || context?.traceState == valid, "state \(valid)")
    }
}

/// Whether the bytes have the form of a traceparent of any version, by a second implementation.
private func isParent(_ bytes: [UInt8]) -> Bool {
    let dash = UInt8(ascii: "-")
    let zero = UInt8(ascii: "0")
    guard bytes.count >= 55 else { return false }
    for index in 0..<55 {
        let isDash = [2, 35, 52].contains(index)
        let isDigit = (48...57).contains(bytes[index]) || (97...102).contains(bytes[index])
        guard isDash ? bytes[index] == dash : isDigit else { return false }
    }
    let isFirst = bytes[0] == zero && bytes[1] == zero
    guard bytes.count == 55 || (!isFirst && bytes[55] == dash) else { return false }
    return !bytes[0..<2].elementsEqual("ff".utf8) && bytes[3..<35].contains { $0 != zero }
        && bytes[36..<52].contains { $0 != zero }
}

private func checkState(_ state: String) throws {
    try hold(state.utf8.count <= TraceContext.maximumStateLength, "\(state.utf8.count) bytes of state")
    try hold(state.utf8.allSatisfy { (0x20...0x7E).contains($0) }, "state with odd bytes")
    try hold(TraceContext.validState(state) == state, "state is not read back: \(state)")
    guard !state.isEmpty else { return }
    let members = state.utf8.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false)
    try hold(members.count <= TraceContext.maximumStateMembers, "\(members.count) members")
    var keys: Set<[UInt8]> = []
    for member in members {
        let parts = member.split(separator: UInt8(ascii: "="), omittingEmptySubsequences: false)
        try hold(parts.count == 2 && !parts[0].isEmpty && !parts[1].isEmpty, "member \(text(member))")
        try hold(keys.insert(Array(parts[0])).inserted, "key twice: \(text(parts[0]))")
    }
}
