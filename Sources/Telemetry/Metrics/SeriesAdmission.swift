import TelemetryCatalog

/// Decides what happens to a new set of attributes of one metric: whether it gets a series of its own, shares one with
/// others under the name `_OTHER`, or goes to the overflow series, which has no attribute but `otel.metric.overflow`.
///
/// A series that the catalog gives a place is not counted, so that nothing else can take an agent's own series away.
struct SeriesAdmission {
    enum Decision: Equatable {
        /// A series of its own.
        case own
        /// The series with these attributes, in which names have become `_OTHER`.
        case renamed([Attribute])
        /// The overflow series.
        case overflow
    }

    private let limit: Int
    private let places: SeriesPlaces?
    private let nameLimit: Int
    private var subjects: Set<Attribute> = []
    private var counted = 0

    /// - Parameters:
    ///   - limit: the most series that are counted, the overflow series included.
    ///   - places: the series that have a place of their own, if any.
    ///   - nameLimit: the most agents, workflows or resources that have such places.
    init(limit: Int, places: SeriesPlaces?, nameLimit: Int = SeriesPlaces.nameLimit) {
        self.limit = limit
        self.places = places
        self.nameLimit = nameLimit
    }

    /// Decides on attributes that have no series yet.
    mutating func admit(_ attributes: [Attribute]) -> Decision {
        guard let places else { return count() ? .own : .overflow }
        if isPlace(attributes, places) {
            if hasName(attributes, places, admits: true) { return .own }
        } else if hasName(attributes, places, admits: false), count() {
            return .own
        }
        // The reason of a failure is worth less than the name of whose it is.
        let unexplained = renamed(attributes, places.names.filter { $0 == AttributeKey.errorType })
        if unexplained != attributes, isPlace(unexplained, places), hasName(unexplained, places, admits: true) {
            return .renamed(unexplained)
        }
        let unnamed = renamed(attributes, places.names)
        guard !places.names.isEmpty, isPlace(unnamed, places) else { return .overflow }
        return unnamed == attributes ? .own : .renamed(unnamed)
    }

    private mutating func count() -> Bool {
        guard counted < limit - 1 else { return false }
        counted += 1
        return true
    }

    /// Whether the catalog gives this series a place once its subject has a name.
    private func isPlace(_ attributes: [Attribute], _ places: SeriesPlaces) -> Bool {
        let subject = subject(attributes, places)?.key
        guard subject != nil || (places.subjects.isEmpty && isNameless(attributes, places)) else { return false }
        let others = attributes.filter { attribute in
            attribute.key != subject && !places.repeated.contains(attribute.key)
                && (subject != nil || !places.names.contains(attribute.key))
        }
        return places.each.contains { place in
            place.count == others.count && others.allSatisfy { place[$0.key] == $0.value.text }
        }
    }

    /// Whether the series' subject, if it has one, is among the named ones.
    ///
    /// - Parameter admits: whether the subject becomes one of them while there is room.
    private mutating func hasName(_ attributes: [Attribute], _ places: SeriesPlaces, admits: Bool) -> Bool {
        guard let subject = subject(attributes, places), subject.value.text != SeriesPlaces.other else { return true }
        if subjects.contains(subject) { return true }
        guard subjects.count < nameLimit else { return false }
        if admits { subjects.insert(subject) }
        return true
    }

    private func subject(_ attributes: [Attribute], _ places: SeriesPlaces) -> Attribute? {
        attributes.first { places.subjects.contains($0.key) }
    }

    /// Whether all names are `_OTHER`.
    private func isNameless(_ attributes: [Attribute], _ places: SeriesPlaces) -> Bool {
        attributes.allSatisfy { !places.names.contains($0.key) || $0.value.text == SeriesPlaces.other }
    }

    /// The attributes with `_OTHER` for these names. A cancellation is no failure, so it stays what it is.
    private func renamed(_ attributes: [Attribute], _ keys: [String]) -> [Attribute] {
        attributes.map { attribute in
            let isCancellation = attribute == Attribute(AttributeKey.errorType, .string(ErrorType.cancelled))
            guard keys.contains(attribute.key), !isCancellation else { return attribute }
            return Attribute(attribute.key, .string(SeriesPlaces.other))
        }
    }
}
