/// Random numbers that a seed repeats (SplitMix64).
struct SeededRandom: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    /// Text of hostile pieces and arbitrary characters.
    mutating func text(_ most: Int = 12) -> String {
        let pieces = [
            "<", ">", "&", "\"", "'", "</script>", "]]>", "<!--", "&lt;", "\u{1B}[31m", "\u{0}", "\n", "é", "漢", "/",
            "..",
        ]
        var text = ""
        for _ in 0..<Int.random(in: 0...most, using: &self) {
            if Bool.random(using: &self) {
                text += pieces.randomElement(using: &self) ?? ""
            } else if let scalar = Unicode.Scalar(UInt32.random(in: 0...0x10FFFF, using: &self)) {
                text.unicodeScalars.append(scalar)
            }
        }
        return text
    }
}
