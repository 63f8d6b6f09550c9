import Tracing

/// All attributes that a span gets at its end, in one dictionary: a literal of `SpanAttributes` builds two.
typealias SpanAttributeValues = [String: SpanAttribute]

/// The keys that every span of a kind has, hashed once. Filling a copy hashes none of them; hashing would be most of
/// what a span costs.
struct SpanLayout: Sendable {
    private let blank: SpanAttributeValues
    private let indices: [SpanAttributeValues.Index]

    init(_ keys: String...) {
        // Room for two more keys: an error's type, and a key that only some spans of the kind have.
        var blank = SpanAttributeValues(minimumCapacity: keys.count + 2)
        for key in keys { blank[key] = .int64(0) }
        self.blank = blank
        indices = keys.compactMap { blank.index(forKey: $0) }
    }

    /// The attributes with these values, one for each key, in the keys' order.
    func attributes(_ values: SpanAttribute...) -> SpanAttributeValues {
        var attributes = blank
        for (index, value) in zip(indices, values) { attributes.values[index] = value }
        return attributes
    }
}
