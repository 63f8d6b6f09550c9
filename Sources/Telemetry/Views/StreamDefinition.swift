import TelemetryCatalog

/// An instrument as the program asks for it, before views are applied.
struct InstrumentIdentity: Hashable {
    enum Use: Hashable { case counter, meter, recorder, timer }

    let name: String
    let scope: InstrumentationScope
    let use: Use
}

/// One metric that is made of an instrument.
struct StreamDefinition: Hashable {
    /// The most characters of an attribute's value: half of what backends of Prometheus take for a label. Longer ones
    /// are cut, and values that then are the same are one series.
    static let valueLength = 1_024

    var name: String
    var description: String
    let unit: String
    var kind: MetricRecord.Kind
    let scope: InstrumentationScope
    var attributes = MetricView.Attributes.all
    /// How many series are counted, the overflow series included.
    var limit: Int
    /// The series that are not counted; `nil` if all are.
    var places: SeriesPlaces?
    /// Whether a view defined this metric.
    var isFromView = false
}

/// The views of a system that can be applied.
struct MetricViews {
    private let views: [(view: MetricView, name: NamePattern?)]

    /// - Parameter warn: receives a warning for every view that cannot be applied.
    init(_ views: [MetricView], warn: (String) -> Void) {
        self.views = views.compactMap { view in
            if let problem = view.problem {
                warn("the view for \(view.selection) is not applied: \(problem)")
                return nil
            }
            return (view, view.name.map { NamePattern($0) })
        }
    }

    /// The metrics to make of an instrument, with warnings.
    func streams(
        of own: StreamDefinition, kind: MetricView.InstrumentKind
    ) -> (definitions: [StreamDefinition], warnings: [String]) {
        var definitions: [StreamDefinition] = []
        var warnings: [String] = []
        var isSelected = false
        for (view, name) in views where view.selects(own, kind) && name?.matches(own.name) != false {
            isSelected = true
            guard view.aggregation != .drop else { continue }
            var definition = own
            definition.isFromView = true
            definition.name = view.rename ?? own.name
            definition.description = view.description ?? own.description
            definition.attributes = view.attributes
            definition.limit = max(2, view.cardinalityLimit ?? own.limit)
            // A view that sets a limit means it.
            if view.cardinalityLimit != nil { definition.places = nil }
            if let changed = view.aggregation.kind(for: kind, standard: own.kind) {
                definition.kind = changed
            } else {
                warnings.append(
                    "the view for \(view.selection) asks for an aggregation that does not fit \(own.name): its own "
                        + "is kept; select by kind to leave it out")
            }
            definitions.append(definition)
        }
        return (isSelected ? definitions : [own], warnings)
    }
}

extension MetricView {
    /// Why the view can never be applied.
    fileprivate var problem: String? {
        if let rename, rename.isEmpty { return "its new name is empty" }
        if rename != nil, name.map({ NamePattern($0).isExact }) != true {
            return "a new name needs the exact name of one instrument"
        }
        if case .histogram(let bounds) = aggregation,
            !bounds.allSatisfy(\.isFinite) || !zip(bounds, bounds.dropFirst()).allSatisfy({ $0 < $1 })
        {
            return "bounds must be finite and ascending"
        }
        return nil
    }

    /// The selectors, as text for warnings.
    fileprivate var selection: String {
        let parts = [
            name.map { "name \($0)" }, kind.map { "kind \($0)" }, unit.map { "unit \($0)" },
            scopeName.map { "scope \($0)" }, scopeVersion.map { "scope version \($0)" },
        ].compactMap(\.self)
        return parts.isEmpty ? "every instrument" : parts.joined(separator: ", ")
    }

    /// Whether the selectors other than the name fit.
    fileprivate func selects(_ stream: StreamDefinition, _ kind: InstrumentKind) -> Bool {
        (self.kind ?? kind) == kind && (unit ?? stream.unit) == stream.unit
            && (scopeName ?? stream.scope.name) == stream.scope.name
            && (scopeVersion ?? stream.scope.version) == stream.scope.version
    }
}

extension MetricView.Aggregation {
    /// The kind of metric that this view makes of an instrument; `nil` when the aggregation does not fit.
    fileprivate func kind(
        for instrument: MetricView.InstrumentKind, standard: MetricRecord.Kind
    ) -> MetricRecord.Kind? {
        switch (self, instrument) {
        case (.standard, _), (.drop, _), (.sum, .upDownCounter): standard
        case (.sum, .counter), (.sum, .histogram): .sum(monotonic: true)
        case (.lastValue, _): .gauge
        case (.histogram(let bounds), .counter), (.histogram(let bounds), .histogram): .histogram(bounds: bounds)
        case (.sum, .gauge), (.histogram, .upDownCounter), (.histogram, .gauge): nil
        }
    }
}

extension MetricView.Attributes {
    /// Whether a series keeps the attribute with this key.
    func keep(_ key: String) -> Bool {
        switch self {
        case .all: true
        case .only(let keys): keys.contains(key)
        case .except(let keys): !keys.contains(key)
        }
    }
}
