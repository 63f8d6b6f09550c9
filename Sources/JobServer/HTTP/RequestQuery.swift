#if Server
    import Coordinator
    import Hummingbird
    import Support

    /// The parameters of a request: known ones, each once.
    struct RequestQuery {
        private var values: [String: String] = [:]

        /// - Throws: a ``Problem`` that names a parameter which is not known, or stands twice.
        init(_ request: Request, known: [String]) throws(Problem) {
            for (key, value) in request.uri.queryParameters {
                let key = String(key)
                guard known.contains(key) else {
                    throw Problem(
                        .badRequest,
                        "there is no parameter '\(key)'"
                            + Suggestion.ending(for: key, among: known, known: "there are"))
                }
                guard values.updateValue(String(value), forKey: key) == nil else {
                    throw Problem(.badRequest, "the parameter '\(key)' stands twice; give it once")
                }
            }
        }

        /// A text; `nil` where none is given.
        subscript(key: String) -> String? { values[key] }

        /// A whole number in a range.
        func number(_ key: String, in range: ClosedRange<Int>) throws(Problem) -> Int? {
            guard let text = values[key] else { return nil }
            guard let number = Int(text), range.contains(number) else {
                let end = range.upperBound == .max ? "on" : "to \(range.upperBound)"
                throw Problem(.badRequest, "\(key)=\(text) is no whole number from \(range.lowerBound) \(end)")
            }
            return number
        }

        /// One of several words.
        func word<Word: RawRepresentable & CaseIterable>(_ key: String) throws(Problem) -> Word?
        where Word.RawValue == String {
            guard let text = values[key] else { return nil }
            guard let word = Word(rawValue: text) else {
                throw Problem(
                    .badRequest,
                    "\(key)=\(text) is none"
                        + Suggestion.ending(for: text, among: Word.allCases.map(\.rawValue), known: "there are"))
            }
            return word
        }

        /// A time in UTC.
        func time(_ key: String) throws(Problem) -> Timestamp? {
            guard let text = values[key] else { return nil }
            guard let time = Timestamp(text) else {
                throw Problem(.badRequest, "\(key)=\(text) is no time in UTC such as 2026-01-31T09:05:00Z")
            }
            return time
        }
    }
#endif
