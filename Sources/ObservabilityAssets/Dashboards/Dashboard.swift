/// A dashboard in Grafana's classic JSON schema, which can be provisioned from a file.
struct Dashboard: Sendable {
    struct Row: Sendable {
        let title: String
        let panels: [Panel]
    }

    /// The version of the classic schema.
    static let schemaVersion = 41
    static let tag = "coordinator"

    let uid: String
    let title: String
    let description: String
    let variables: [DashboardVariable]
    let rows: [Row]
    let links: AssetLinks
    var refresh = "30s"

    var json: JSONText {
        [
            "uid": .string(uid), "title": .string(title), "description": .string(description),
            "tags": [.string(Self.tag)],
            "schemaVersion": .number(Double(Self.schemaVersion)), "version": 1, "editable": false, "graphTooltip": 1,
            "refresh": .string(refresh), "timezone": "browser", "time": ["from": "now-6h", "to": "now"],
            "templating": ["list": .array(variables.map(\.json))],
            "annotations": ["list": .array(DashboardAnnotation.all(of: variables).map(\.json))],
            "links": [
                [
                    "type": "dashboards", "title": "Coordinator", "tags": [.string(Self.tag)], "asDropdown": false,
                    "includeVars": true, "keepTime": true, "targetBlank": false, "icon": "external link", "url": "",
                    "tooltip": "The other dashboards, with the same variables",
                ],
                [
                    "type": "link", "title": "Runbooks", "url": .string(links.runbook("README")),
                    "asDropdown": false, "includeVars": false, "keepTime": false, "targetBlank": true, "icon": "doc",
                    "tags": [], "tooltip": "What to do about each alert",
                ],
            ],
            "panels": .array(layout),
        ]
    }

    /// The panels: rows from top to bottom, in each row panels from left to right as long as they fit.
    private var layout: [JSONText] {
        var panels: [JSONText] = []
        var id = 0
        var y = 0
        for row in rows {
            id += 1
            panels.append(
                [
                    "id": .number(Double(id)), "type": "row", "title": .string(row.title), "collapsed": false,
                    "gridPos": ["x": 0, "y": .number(Double(y)), "w": 24, "h": 1], "panels": [],
                ])
            y += 1
            var x = 0
            var tallest = 0
            for panel in row.panels {
                if x + panel.width > 24 {
                    y += tallest
                    x = 0
                    tallest = 0
                }
                id += 1
                panels.append(panel.json(id: id, x: x, y: y))
                x += panel.width
                tallest = max(tallest, panel.height)
            }
            y += tallest
        }
        return panels
    }
}
