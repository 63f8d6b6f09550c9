import Support

/// The writes of an attempt: buffered, then committed all or nothing.
///
/// Command and HTTP agents print it as JSON:
/// `{"set": {path: value}, "append": {path: [values]}, "merge": {path: {members}}, "usage": {...}}`.
///
/// ```swift
/// var contribution = Contribution(set: ["artifacts.patch": .string(patch)])
/// try contribution.append(Finding(file: "A.swift", text: "unused"), to: findings)
/// contribution.usage = Contribution.Usage(inputTokens: 1200, outputTokens: 80)
/// ```
public struct Contribution: Sendable, Hashable, Codable {
    /// Values to set.
    public var set: [ContextPath: JSONValue]
    /// Elements to add to the end of lists.
    public var append: [ContextPath: [JSONValue]]
    /// Members to merge into objects, deeply.
    public var merge: [ContextPath: JSONObject]
    /// The tokens and the cost that the attempt consumed.
    public var usage: Usage

    /// Makes a contribution; an empty one is a success that writes nothing.
    public init(
        set: [ContextPath: JSONValue] = [:], append: [ContextPath: [JSONValue]] = [:],
        merge: [ContextPath: JSONObject] = [:], usage: Usage = Usage()
    ) {
        self.set = set
        self.append = append
        self.merge = merge
        self.usage = usage
    }

    /// An attempt's consumption of the job's budget.
    ///
    /// ```swift
    /// let usage = Contribution.Usage(inputTokens: 1200, outputTokens: 80, costUSD: 0.004)
    /// ```
    public struct Usage: Sendable, Hashable, Codable {
        /// Tokens sent to models.
        public var inputTokens: Int
        /// Tokens produced by models.
        public var outputTokens: Int
        /// Cost in US dollars.
        public var costUSD: Double

        /// Makes a usage; nothing by default.
        public init(inputTokens: Int = 0, outputTokens: Int = 0, costUSD: Double = 0) {
            self.inputTokens = inputTokens
            self.outputTokens = outputTokens
            self.costUSD = costUSD
        }

        enum CodingKeys: String, CodingKey {
            case inputTokens = "input_tokens"
            case outputTokens = "output_tokens"
            case costUSD = "cost_usd"
        }

        public init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: CodingKeys.self)
            inputTokens = try container.decodeIfPresent(Int.self, forKey: .inputTokens) ?? 0
            outputTokens = try container.decodeIfPresent(Int.self, forKey: .outputTokens) ?? 0
            costUSD = try container.decodeIfPresent(Double.self, forKey: .costUSD) ?? 0
        }
    }

    enum CodingKeys: String, CodingKey { case set, append, merge, usage }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        set = try Self.paths(try container.decodeIfPresent([ExactString: JSONValue].self, forKey: .set))
        append = try Self.paths(try container.decodeIfPresent([ExactString: [JSONValue]].self, forKey: .append))
        merge = try Self.paths(try container.decodeIfPresent([ExactString: JSONObject].self, forKey: .merge))
        usage = try container.decodeIfPresent(Usage.self, forKey: .usage) ?? Usage()
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        if !set.isEmpty { try container.encode(Self.texts(set), forKey: .set) }
        if !append.isEmpty { try container.encode(Self.texts(append), forKey: .append) }
        if !merge.isEmpty { try container.encode(Self.texts(merge), forKey: .merge) }
        if usage != Usage() { try container.encode(usage, forKey: .usage) }
    }

    private static func paths<Value>(_ values: [ExactString: Value]?) throws -> [ContextPath: Value] {
        var result: [ContextPath: Value] = [:]
        for (text, value) in values ?? [:] { result[try ContextPath(text.string)] = value }
        return result
    }

    private static func texts<Value>(_ values: [ContextPath: Value]) -> [ExactString: Value] {
        Dictionary(uniqueKeysWithValues: values.map { (ExactString($0.description), $1) })
    }

    /// How many writes there are.
    var writeCount: Int { self.set.count + append.count + merge.count }

    /// Whether every path that is written is one of those.
    func writes(only isIncluded: (ContextPath) -> Bool) -> Bool {
        self.set.keys.allSatisfy(isIncluded) && append.keys.allSatisfy(isIncluded) && merge.keys.allSatisfy(isIncluded)
    }

    /// The paths written, in the order of their texts' bytes.
    public var paths: [ContextPath] {
        (Array(set.keys) + append.keys + merge.keys).sorted(byBytesOf: \.description)
    }
}

extension Contribution {
    /// Adds a typed value to set.
    ///
    /// - Throws: the error of encoding the value.
    public mutating func set<Value>(_ key: ContextKey<Value>, to value: Value) throws {
        set[key.path] = try JSONValue(encoding: value)
    }

    /// Adds a typed element to the end of a list; the field's merge rule must be `append` or `union`.
    ///
    /// - Throws: the error of encoding the element.
    public mutating func append<Element>(_ element: Element, to key: ContextKey<[Element]>) throws {
        append[key.path, default: []].append(try JSONValue(encoding: element))
    }
}
