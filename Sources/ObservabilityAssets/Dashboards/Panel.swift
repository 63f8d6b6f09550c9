/// One panel of a dashboard.
struct Panel: Sendable {
    enum Kind: Sendable {
        /// - Parameter stacked: whether the lines are stacked, since their sum has a meaning.
        case timeSeries(stacked: Bool)
        case barGauge, heatmap, stateTimeline, logs, trace
        /// - Parameters:
        ///   - columns: the fields that are shown, in this order, with their titles. Tables of traces keep the columns
        ///     that Tempo gives them.
        ///   - key: the field by which the answers of several queries are joined into one row.
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

    /// A link from a value.
    struct DataLink: Sendable {
        let title: String
        let url: String
    }

    /// The color of values from a bound on; the first threshold has no bound.
    struct Threshold: Sendable {
        let from: Double?
        let color: String
    }

    let kind: Kind
    let title: String
    /// What the panel shows and how to read it.
    let description: String
    /// The id of a unit of Grafana.
    let unit: String
    let queries: [Query]
    /// The width in columns of Grafana's grid, which has 24.
    var width = 8
    var height = 8
    /// The text shown when there is no data.
    var noValue = "Nothing recorded in this time range"
    var thresholds: [Threshold] = []
    var links: [DataLink] = []
    var minimum: Double?
    var maximum: Double?
    /// Texts shown instead of values.
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

    /// A copy of the panel with a change.
    func with(_ change: (inout Panel) -> Void) -> Panel {
        var copy = self
        change(&copy)
        return copy
    }
}
