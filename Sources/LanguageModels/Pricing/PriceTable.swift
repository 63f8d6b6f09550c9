import Coordinator
import Support

/// The prices of models' tokens.
///
/// Prices change, and contracts differ: the shipped prices are the public list prices of ``notedOn``, and
/// `COORDINATOR_MODEL_PRICES` names a file that takes precedence:
///
/// ```json
/// {"gpt-4.1": {"input": 2.0, "output": 8.0}, "local-*": {"input": 0, "output": 0}}
/// ```
///
/// Prices are US dollars per million tokens. A name may end in `*`. When several names match, an exact one takes
/// precedence, then the longest. A model without a price has no cost: no cost is better than a wrong one.
public struct PriceTable: Sendable, Hashable {
    /// The price of one model.
    public struct Price: Sendable, Hashable {
        /// US dollars per million tokens of prompts.
        public var input: Double
        /// US dollars per million tokens of answers.
        public var output: Double

        /// Sets a price.
        public init(input: Double, output: Double) {
            self.input = input
            self.output = output
        }

        /// The cost of a usage, in US dollars.
        package func cost(of usage: ModelUsage) -> Double {
            (Double(usage.inputTokens) * input + Double(usage.outputTokens) * output) / 1e6
        }
    }

    /// When the shipped prices were noted down.
    public static let notedOn = "2025-06"
    /// The most entries of a file.
    public static let entryLimit = 10_000
    /// The most bytes of a file. 1 MiB.
    public static let fileBytes = 1 << 20
    /// The highest price that is accepted, in US dollars per million tokens.
    public static let highestPrice = 100_000.0

    private var prices: [String: Price]

    /// Makes a table by name; see the type for names with `*`.
    public init(_ prices: [String: Price]) { self.prices = prices }

    /// The shipped prices.
    public static let standard = PriceTable([
        "gpt-4.1": Price(input: 2, output: 8),
        "gpt-4.1-mini*": Price(input: 0.4, output: 1.6),
        "gpt-4.1-nano*": Price(input: 0.1, output: 0.4),
        "gpt-4o": Price(input: 2.5, output: 10),
        "gpt-4o-mini*": Price(input: 0.15, output: 0.6),
        "o3": Price(input: 2, output: 8),
        "o4-mini*": Price(input: 1.1, output: 4.4),
        "claude-opus-4*": Price(input: 15, output: 75),
        "claude-sonnet-4*": Price(input: 3, output: 15),
        "claude-3-7-sonnet*": Price(input: 3, output: 15),
        "claude-3-5-sonnet*": Price(input: 3, output: 15),
        "claude-3-5-haiku*": Price(input: 0.8, output: 4),
    ])

    /// The price of a model; `nil` where it is not known.
    public subscript(model: String) -> Price? {
        if let exact = prices[model] { return exact }
        return prices.filter { $0.key.hasSuffix("*") && model.hasPrefix($0.key.dropLast()) }
            .max { $0.key.count < $1.key.count }?.value
    }

    /// The cost of a usage, in US dollars; `nil` when the price is not known.
    public func cost(of usage: ModelUsage, model: String) -> Double? {
        self[model]?.cost(of: usage)
    }

    /// This table with a price for a model that has one under the full name which its service knows it by.
    func completed(for identity: ModelIdentity) -> PriceTable {
        guard prices[identity.model] == nil,
            let known = prices.keys.sorted().first(where: { identity.isListed(in: [$0]) })
        else { return self }
        var table = self
        table.prices[identity.model] = prices[known]
        return table
    }

    /// This table with the prices of a file, which take precedence.
    ///
    /// - Parameter variable: the variable that named the file, for errors.
    func overridden(byFile path: String, variable: String) throws(ModelConfigurationError) -> PriceTable {
        func fault(_ what: String) -> ModelConfigurationError {
            ModelConfigurationError(
                "\(variable), \(path): \(what); the file holds JSON such as {\"gpt-4.1\": {\"input\": 2.0, \"output\": 8.0}}, in "
                    + "US dollars per million tokens")
        }
        let bytes: [UInt8]
        do { bytes = try FileBytes.read(path: path, limit: Self.fileBytes) } catch { throw fault(error.message) }
        guard bytes.count <= Self.fileBytes else { throw fault("has more than \(Self.fileBytes) bytes") }
        guard let entries = (try? JSONValue(json: bytes))?.objectValue else {
            throw fault("is not a JSON object")
        }
        guard entries.count <= Self.entryLimit else { throw fault("has more than \(Self.entryLimit) entries") }
        var table = self
        for (key, value) in entries.sorted(by: { $0.key < $1.key }) {
            let name = key.string
            guard let members = value.objectValue, Set(members.keys) == ["input", "output"],
                let input = members["input"]?.doubleValue, let output = members["output"]?.doubleValue,
                [input, output].allSatisfy({ (0...Self.highestPrice).contains($0) })
            else {
                throw fault(
                    "the entry '\(name.prefix(100))' needs input and output, from 0 to \(Int(Self.highestPrice))")
            }
            table.prices[name] = Price(input: input, output: output)
        }
        return table
    }
}
