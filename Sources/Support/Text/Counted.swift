/// A number with what it counts: the one way to write either, so that nobody reads of `1 files`.
package enum Counted {
    /// `1 agent`, `2 agents`.
    ///
    /// - Parameter plural: where it is not the noun with an `s`.
    package static func text(_ count: Int, _ noun: String, plural: String? = nil) -> String {
        "\(count) \(count == 1 ? noun : plural ?? noun + "s")"
    }
}
