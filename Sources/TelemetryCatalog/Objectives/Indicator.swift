/// The events that an objective counts: the good ones, and all of which they are a share.
public enum Indicator: Sendable, Hashable {
    /// Events that a counter tells apart by an attribute: the good ones out of all but the excluded ones.
    case outcomes(of: InstrumentDefinition, by: String, good: String, excluded: [String])
    /// Events of a histogram that took no longer than a threshold and have none of the errors that the instrument
    /// records, out of all but those of the excluded errors.
    ///
    /// - Parameter within: seconds; one of the histogram's bounds, since nothing between two bounds is known.
    case latency(of: InstrumentDefinition, within: Double, excludedErrors: [String])

    /// The instrument it is counted with.
    public var instrument: InstrumentDefinition {
        switch self {
        case .outcomes(let instrument, _, _, _), .latency(let instrument, _, _): instrument
        }
    }
}
