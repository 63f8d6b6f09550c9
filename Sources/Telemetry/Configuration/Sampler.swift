/// Decides at its start whether a span is recorded and exported.
public struct Sampler: Sendable, Hashable {
    private indirect enum Rule: Sendable, Hashable {
        case alwaysOn
        case alwaysOff
        case ratio(threshold: UInt64)
        case parentBased(root: Rule)
    }

    private let rule: Rule

    private init(_ rule: Rule) { self.rule = rule }

    /// Records every span.
    public static let alwaysOn = Sampler(.alwaysOn)
    /// Records no span; ids are still made and passed on.
    public static let alwaysOff = Sampler(.alwaysOff)

    /// Records the given share of traces, the same traces in every process that uses this rule.
    ///
    /// - Parameter ratio: from 0 to 1; values outside are clamped.
    public static func traceIDRatio(_ ratio: Double) -> Sampler {
        if ratio >= 1 { return .alwaysOn }
        guard ratio > 0 else { return .alwaysOff }
        return Sampler(.ratio(threshold: UInt64(ratio * 0x1p63)))
    }

    /// Follows the parent's decision; `root` decides for spans without a parent.
    public static func parentBased(root: Sampler) -> Sampler { Sampler(.parentBased(root: root.rule)) }

    /// Whether to record a span of this trace.
    ///
    /// - Parameter parent: the parent's context, `nil` for a root span.
    public func isSampled(traceID: TraceID, parent: SpanContext?) -> Bool {
        Self.decide(rule, traceID, parent)
    }

    private static func decide(_ rule: Rule, _ traceID: TraceID, _ parent: SpanContext?) -> Bool {
        switch rule {
        case .alwaysOn: true
        case .alwaysOff: false
        case .ratio(let threshold): traceID.low &>> 1 < threshold
        case .parentBased(let root): parent?.isSampled ?? decide(root, traceID, nil)
        }
    }
}
