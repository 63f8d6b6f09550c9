/// The rule for names that people type: of agents, roles and resources, of choices and signals.
package enum NameRule {
    /// The rule as a regular expression, for schemas.
    package static let pattern = "^[A-Za-z_][A-Za-z0-9_-]{0,63}$"

    /// Why a text is no name; `nil` when it is one.
    package static func fault(in name: String) -> String? {
        let scalars = Array(name.utf8)
        let isLetter = { (byte: UInt8) in (0x41...0x5A).contains(byte & 0xDF) || byte == 0x5F }
        let isRight =
            (1...64).contains(scalars.count) && isLetter(scalars[0])
            && scalars.allSatisfy { isLetter($0) || (0x30...0x39).contains($0) || $0 == 0x2D }
        return isRight
            ? nil : "a name is a letter or '_', then letters, digits, '_' and '-', at most 64 characters in all"
    }
}
