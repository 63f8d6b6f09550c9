/// One panel of a dashboard.
struct Panel: Sendable {
    enum Kind: Sendable {
        /// - Parameter stacked: whether the lines add up to a whole that means something.
        case timeSeries(stacked: Bool)
        case barGauge, heatmap, stateTimeline, logs, trace
        /// - Parameters:
        ///   - columns: what each field is called, in this order; those that are not named are left out. Tables of traces
        ///     keep the columns that Tempo gives them.
        ///   - key: the field by which the answers of several queries are joined to one row.
        case table(columns: [Column], key: String?)
    }

    /// A column of a table.
    struct Column: Sendable {
        /// The field's name as the data source gives it.
        let field: String
        let title: String
        var unit: String?
        var width: Int?
        var links: [DataLink] = []
        var thresholds: [Threshold] = []
    }

    /// A place to click to.
    struct DataLink: Sendable {
        let title: String
        let url: String
    }

    /// A color from a value on; the first one has none and holds from the bottom.
    struct Threshold: Sendable {
        let from: Double?
        let color: String
    }

    let kind: Kind
    let title: String
    /// What it shows and what to make of it.
    let description: String
    /// One of Grafana's units.
    let unit: String
    let queries: [Query]
    /// Of 24.
    var width = 8
    var height = 8
    /// What stands there while there is nothing to show.
    var noValue = "Nothing recorded in this time range"
    var thresholds: [Threshold] = []
    var links: [DataLink] = []
    var minimum: Double?
    var maximum: Double?
    /// Texts for values.
    var mappings: [(value: Double, text: String, color: String)] = []
    /// The column of a table by which its rows are sorted, the largest value first.
    var sortedBy: String?

    init(
        _ kind: Kind, _ title: String, _ description: String, unit: String, _ queries: [Query], width: Int = 8,
        height: Int = 8
    ) {
        self.kind = kind
        self.title = title
        self.description = description
        self.unit = unit
        self.queries = queries
        self.width = width
        self.height = height
    }

    /// The panel with some things changed.
    func with(_ change: (inout Panel) -> Void) -> Panel {
        var copy = self
        change(&copy)
        return copy
    }
}
