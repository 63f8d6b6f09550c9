/// What checking a job's agents may still cost. Job files come from anybody, and patterns with wildcards are compared
/// with each other, so that a short file can ask for as many comparisons as the square of its length.
struct PlanCheckBudget: Sendable {
    /// The most patterns, agents and needs that are looked at while writers are added, and again while their order is
    /// checked. Thousands of agents with fields of their own take some ten thousand.
    static let standard = 2_000_000

    private var left: Int

    init(_ looks: Int = standard) { left = looks }

    /// Whether more was looked at than may be, after which nothing that was found is all there is.
    var isSpent: Bool { left < 0 }

    mutating func spend(_ looks: Int) { left -= looks }
}
