extension Panel {
    func json(id: Int, x: Int, y: Int) -> JSONText {
        var members: [String: JSONText] = [
            "id": .number(Double(id)), "type": .string(type), "title": .string(title),
            "description": .string(description),
            "gridPos": [
                "x": .number(Double(x)), "y": .number(Double(y)), "w": .number(Double(width)),
                "h": .number(Double(height)),
            ],
            "datasource": queries.first?.source.reference ?? .null,
            "targets": .array(
                queries.enumerated().map { $1.json(reference: String(UnicodeScalar(UInt8(65 + $0)))) }),
            "fieldConfig": ["defaults": defaults, "overrides": overrides], "options": options,
        ]
        if case .table(let columns, let key) = kind, !isTraces {
            members["transformations"] = Self.transformations(columns, key)
        }
        return .object(members)
    }

    /// Whether the panel shows a table of traces, whose columns Tempo names itself.
    private var isTraces: Bool { queries.first?.source == .tempo }

    private var type: String {
        switch kind {
        case .timeSeries: "timeseries"
        case .barGauge: "bargauge"
        case .heatmap: "heatmap"
        case .stateTimeline: "state-timeline"
        case .logs: "logs"
        case .trace: "traces"
        case .table: "table"
        }
    }

    private var defaults: JSONText {
        var members: [String: JSONText] = ["unit": .string(unit), "noValue": .string(noValue)]
        if !thresholds.isEmpty {
            members["thresholds"] = Self.steps(thresholds)
            if case .timeSeries = kind {} else { members["color"] = ["mode": "thresholds"] }
        }
        if !links.isEmpty { members["links"] = .array(links.map(\.json)) }
        if let minimum { members["min"] = .number(minimum) }
        if let maximum { members["max"] = .number(maximum) }
        if !mappings.isEmpty {
            members["mappings"] = [
                [
                    "type": "value",
                    "options": .object(
                        Dictionary(
                            uniqueKeysWithValues: mappings.map { mapping in
                                (
                                    JSONText.number(mapping.value).text.filter { $0 != "\n" },
                                    ["text": .string(mapping.text), "color": .string(mapping.color)]
                                )
                            })),
                ]
            ]
        }
        if let custom { members["custom"] = custom }
        return .object(members)
    }

    private var custom: JSONText? {
        switch kind {
        case .timeSeries(let stacked):
            [
                "drawStyle": "line", "lineWidth": 1, "fillOpacity": stacked ? 40 : 10, "showPoints": "never",
                "spanNulls": false, "stacking": ["mode": stacked ? "normal" : "none", "group": "A"],
                "thresholdsStyle": ["mode": thresholds.isEmpty ? "off" : "line"], "axisSoftMin": 0,
            ]
        case .stateTimeline: ["fillOpacity": 80, "lineWidth": 0]
        case .table: ["align": "auto", "filterable": true, "cellOptions": ["type": "auto"]]
        default: nil
        }
    }

    private var options: JSONText {
        let reduced: JSONText = ["calcs": ["lastNotNull"], "fields": "", "values": false]
        return switch kind {
        case .timeSeries:
            [
                "legend": [
                    "showLegend": true, "displayMode": "table", "placement": "bottom", "calcs": ["lastNotNull", "max"],
                ],
                "tooltip": ["mode": "multi", "sort": "desc"],
            ]
        case .barGauge:
            ["reduceOptions": reduced, "displayMode": "lcd", "orientation": "horizontal", "showUnfilled": true]
        case .heatmap:
            [
                "calculate": false, "cellGap": 1, "color": ["mode": "scheme", "scheme": "Oranges", "steps": 64],
                "exemplars": ["color": "rgba(255,0,255,0.7)"], "filterValues": ["le": 1e-9],
                "tooltip": ["mode": "single", "yHistogram": true], "yAxis": ["unit": .string(unit)],
            ]
        case .stateTimeline:
            [
                "mergeValues": true, "showValue": "auto", "rowHeight": 0.9,
                "legend": ["showLegend": true, "displayMode": "list", "placement": "bottom"],
                "tooltip": ["mode": "single", "sort": "none"],
            ]
        case .logs:
            [
                "showTime": true, "wrapLogMessage": true, "enableLogDetails": true, "sortOrder": "Descending",
                "dedupStrategy": "none", "prettifyLogMessage": false, "showLabels": false, "showCommonLabels": false,
            ]
        case .trace: .object([:])
        case .table:
            [
                "showHeader": true, "cellHeight": "sm", "footer": ["show": false],
                "sortBy": .array((sortedBy.map { [["displayName": .string($0), "desc": true]] }) ?? []),
            ]
        }
    }

    /// Grafana's overrides: colors and links by column.
    private var overrides: JSONText {
        guard case .table(let columns, _) = kind else { return [] }
        return .array(
            columns.compactMap { column in
                var properties: [JSONText] = []
                if let unit = column.unit { properties.append(["id": "unit", "value": .string(unit)]) }
                if let width = column.width {
                    properties.append(["id": "custom.width", "value": .number(Double(width))])
                }
                if !column.links.isEmpty {
                    properties.append(["id": "links", "value": .array(column.links.map(\.json))])
                }
                if !column.thresholds.isEmpty {
                    properties.append(["id": "thresholds", "value": Self.steps(column.thresholds)])
                    properties.append(["id": "color", "value": ["mode": "thresholds"]])
                    properties.append(
                        ["id": "custom.cellOptions", "value": ["type": "color-background", "mode": "basic"]])
                }
                guard !properties.isEmpty else { return nil }
                return [
                    "matcher": ["id": "byName", "options": .string(isTraces ? column.field : column.title)],
                    "properties": .array(properties),
                ]
            })
    }

    private static func steps(_ thresholds: [Threshold]) -> JSONText {
        [
            "mode": "absolute",
            "steps": .array(
                thresholds.map { ["color": .string($0.color), "value": $0.from.map { .number($0) } ?? .null] }),
        ]
    }

    /// Grafana's transformations: one row for each key, only the given columns, named and in their order.
    private static func transformations(_ columns: [Column], _ key: String?) -> JSONText {
        var steps: [JSONText] = []
        if let key {
            steps.append(["id": "joinByField", "options": ["byField": .string(key), "mode": "outer"]])
        }
        steps.append(
            [
                "id": "filterFieldsByName",
                "options": ["include": ["names": .array(columns.map { .string($0.field) })]],
            ])
        steps.append(
            [
                "id": "organize",
                "options": [
                    "indexByName": .object(
                        Dictionary(
                            uniqueKeysWithValues: columns.enumerated().map { ($1.field, .number(Double($0))) })),
                    "renameByName": .object(
                        Dictionary(uniqueKeysWithValues: columns.map { ($0.field, .string($0.title)) })),
                ],
            ])
        return .array(steps)
    }
}

extension Panel.DataLink {
    var json: JSONText { ["title": .string(title), "url": .string(url), "targetBlank": false] }
}
