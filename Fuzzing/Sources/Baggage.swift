@testable import Telemetry

/// Baggage that is accepted is within the limits and is written as it was read; any value that is set can be read back.
func checkBaggage(_ input: [UInt8]) throws {
    let header = text(input)
    let baggage = Baggage(header: header)
    try checkLimits(baggage)
    try hold(same(Baggage(header: baggage.header), baggage), "goes on as \(baggage.header)")
    if header.utf8.count > Baggage.maximumLength { try hold(baggage.isEmpty, "taken although too long") }

    var set = baggage
    set["set"] = header
    set[header] = "by key"
    if input.first == UInt8(ascii: "#") { for number in 0..<200 { set["number\(number)"] = "\(number)" } }
    try checkLimits(Baggage(header: set.header))
    // Pairs may be left out because of the limits: those that are sent are the first ones.
    let sent = Baggage(header: set.header).entries
    try hold(
        zip(sent, set.entries).allSatisfy { same($0, $1) } && sent.count <= set.entries.count,
        "sent is \(set.header)")
}

private func checkLimits(_ baggage: Baggage) throws {
    try hold(baggage.entries.count <= Baggage.maximumEntries, "\(baggage.entries.count) entries")
    try hold(Set(baggage.entries.map(\.key)).count == baggage.entries.count, "a key twice")
    let header = baggage.header
    try hold(header.utf8.count <= Baggage.maximumLength, "\(header.utf8.count) bytes")
    try hold(header.utf8.allSatisfy { (0x20...0x7E).contains($0) }, "odd bytes in \(header)")
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
