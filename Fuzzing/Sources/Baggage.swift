@testable import Telemetry

/// Baggage that is accepted is within the limits and is written as it was read; any value that is set can be read back.
func checkBaggage(_ input: [UInt8]) throws {
    let header = text(input)
    let baggage = Baggage(header: header)
    try checkLimits(baggage)
    try checkSent(baggage)
    // Of a header that is too long, the members within the limit are read, and those alone.
    let bytes = Array(header.utf8)
    if bytes.count > Baggage.maximumLength {
        let end = bytes.prefix(Baggage.maximumLength + 1).lastIndex(of: UInt8(ascii: ",")) ?? 0
        let whole = Baggage(header: String(decoding: bytes[..<end], as: UTF8.self))
        try hold(same(whole, baggage), "read as \(baggage.header) and not as \(whole.header)")
    }

    var set = baggage
    set["set"] = header
    set[header] = "by key"
    if input.first == UInt8(ascii: "#") { for number in 0..<200 { set["number\(number)"] = "\(number)" } }
    try checkLimits(Baggage(header: set.header))
    try checkSent(set)
}

/// Pairs are left out only because of the limits, and the others keep their order.
private func checkSent(_ baggage: Baggage) throws {
    let sent = Baggage(header: baggage.header).entries
    var rest = baggage.entries[...]
    for entry in sent {
        guard let index = rest.firstIndex(where: { same($0, entry) }) else {
            throw Broken(description: "\(entry) is not in order in \(baggage.header)")
        }
        rest = rest[(index + 1)...]
    }
    // An escape has three bytes, and =, ; and a comma one each.
    let most = baggage.entries.reduce(0) {
        $0 + $1.key.utf8.count + 3 * $1.value.utf8.count + $1.properties.utf8.count + 3
    }
    if most <= Baggage.maximumLength, baggage.entries.count <= Baggage.maximumEntries {
        try hold(sent.count == baggage.entries.count, "left out of \(baggage.header) though there was room")
    }
}

private func checkLimits(_ baggage: Baggage) throws {
    try hold(baggage.entries.count <= Baggage.maximumEntries, "\(baggage.entries.count) entries")
    try hold(Set(baggage.entries.map(\.key)).count == baggage.entries.count, "a key twice")
    let header = baggage.header
    try hold(header.utf8.count <= Baggage.maximumLength, "\(header.utf8.count) bytes")
    try hold(header.utf8.allSatisfy { (0x20...0x7E).contains($0) || $0 == 0x09 }, "odd bytes in \(header)")
    for entry in baggage.entries {
        try hold(!entry.key.isEmpty && !entry.properties.utf8.contains(UInt8(ascii: ",")), "entry \(entry)")
    }
}

private func same(_ left: Baggage, _ right: Baggage) -> Bool {
    left.entries.count == right.entries.count && zip(left.entries, right.entries).allSatisfy { same($0, $1) }
}

/// Whether the entries are equal byte by byte; Swift's own comparison treats different normal forms as equal.
private func same(_ left: Baggage.Entry, _ right: Baggage.Entry) -> Bool {
    left.key.utf8.elementsEqual(right.key.utf8) && left.value.utf8.elementsEqual(right.value.utf8)
        && left.properties.utf8.elementsEqual(right.properties.utf8)
}
