/// What a probe says of one query of a dashboard.
struct PanelQuery: Decodable {
    let panel: String
    let query: String
    let error: String?
    let series: Int
}
