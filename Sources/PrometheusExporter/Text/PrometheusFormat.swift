extension PrometheusText {
    /// A text format that scrapers read.
    public enum Format: Sendable, Hashable {
        /// Text 0.0.4.
        case text
        /// OpenMetrics 1.0.
        case openMetrics

        /// The value of the `Content-Type` header.
        public var contentType: String {
            switch self {
            case .text: "text/plain; version=0.0.4; charset=utf-8"
            case .openMetrics: "application/openmetrics-text; version=1.0.0; charset=utf-8"
            }
        }

        /// The format that a scraper prefers by the `Accept` header of its request; text when the header is missing or
        /// names neither.
        public init(accept: String?) {
            var openMetrics = 0.0
            var text = 0.0
            for range in (accept ?? "").split(separator: ",") {
                let parts = range.split(separator: ";").map { $0.filter { !$0.isWhitespace }.lowercased() }
                guard let type = parts.first else { continue }
                let parameters = parts.dropFirst().map { $0.split(separator: "=", maxSplits: 1).map(String.init) }
                func value(_ name: String) -> String? {
                    parameters.first { $0.count == 2 && $0[0] == name }.map {
                        $0[1].filter { $0 != "\"" }
                    }
                }
                let quality = value("q").map { Double($0).map { min(1, max(0, $0)) } ?? 0 } ?? 1
                switch type {
                // Version 0.0.1 differs from 1.0.0 in details.
                case "application/openmetrics-text" where value("version") ?? "1.0.0" == "1.0.0":
                    openMetrics = max(openMetrics, quality)
                case "text/plain" where value("version") ?? "0.0.4" == "0.0.4": text = max(text, quality)
                default: break
                }
            }
            self = openMetrics > 0 && openMetrics >= text ? .openMetrics : .text
        }
    }
}
