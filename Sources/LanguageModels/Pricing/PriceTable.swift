import Coordinator
import Support

/// The prices of models' tokens.
///
/// Prices change, and contracts differ: the shipped prices are the public list prices of ``notedOn``, and
/// `COORDINATOR_MODEL_PRICES` names a file that takes precedence:
///
/// ```json
/// {"gpt-4.1": {"input": 2.0, "output": 8.0, "cache_read": 0.5}, "local-*": {"input": 0, "output": 0}}
/// ```
///
/// Prices are US dollars per million tokens. Beside `input` and `output` there may be `cache_read`, `cache_write`, and
/// `long_prompts`, a list of the same members with `above`, the tokens of a prompt above which they hold. LiteLLM's file of
/// prices is understood too, whose prices are for one token.
///
/// A name may have its service before it, `openai/gpt-4.1`, and may end in `*`. When several names match, one with the
/// service takes precedence, then an exact one, then one without the day of its version, then the longest with `*`. A model
/// without a price has no cost: no cost is better than a wrong one.
public struct PriceTable: Sendable, Hashable {
    /// The day on which the shipped prices were noted down, as `2026-11-30`.
    public static let notedOn = shipped?.notedOn ?? ""
    /// The most entries of a file. 20,000; LiteLLM's has some 5,000.
    public static let entryLimit = 20_000
    /// The most bytes of a file. 16 MiB; LiteLLM's has 3.5.
    public static let fileBytes = 16 << 20
    /// The highest price that is accepted, in US dollars per million tokens.
    public static let highestPrice = 100_000.0

    /// Tables of which the first that knows a model counts.
    private var layers: [PriceLayer]
    /// The entries of files that state no price of tokens, such as those of models that make images.
    public internal(set) var skippedEntries = 0
    /// The names that files state prices for.
    package private(set) var statedEntries = 0

    /// Makes a table by name; see the type for names with `*`.
    public init(_ prices: [String: Price]) { layers = [PriceLayer(prices)] }

    private static let shipped = try? PriceFile(PackageResources.prices_json)

    /// The shipped prices.
    public static let standard = PriceTable(shipped?.prices ?? [:])

    /// The number of names that have a price.
    package var count: Int { layers.reduce(0) { $0 + $1.count } }

    /// The price of a model; `nil` where it is not known.
    public subscript(model: String) -> Price? { self[names: ModelName.priced(model)] }

    private subscript(names names: [String]) -> Price? {
        layers.lazy.compactMap { $0[names] }.first
    }

    /// The cost of one call's usage, in US dollars; `nil` when the price is not known.
    public func cost(of usage: ModelUsage, model: String) -> Double? {
        self[model]?.cost(of: usage)
    }

    /// This table with a price for a model that has one under another of the names that it goes by: with its service, or
    /// as its service completes it.
    func completed(for identity: ModelIdentity) -> PriceTable {
        guard let known = self[names: identity.pricedNames] else { return self }
        var table = self
        table.layers.insert(PriceLayer([identity.model: known]), at: 0)
        return table
    }

    /// This table with the prices of a file, which take precedence.
    ///
    /// - Parameter variable: the variable that named the file, for errors.
    func overridden(byFile path: String, variable: String) throws(ModelConfigurationError) -> PriceTable {
        let file: PriceFile
        do throws(PriceFile.Fault) {
            file = try PriceFileCache.shared.file(at: path)
        } catch {
            throw ModelConfigurationError(
                "\(variable), \(path): \(error.what); the file holds JSON such as {\"gpt-4.1\": {\"input\": 2.0, \"output\": 8.0}}, "
                    + "in US dollars per million tokens, or is LiteLLM's")
        }
        var table = self
        table.layers.insert(file.layer, at: 0)
        table.skippedEntries += file.skipped
        table.statedEntries += file.layer.count
        return table
    }
}

/// One table of prices by name.
struct PriceLayer: Sendable, Hashable {
    private var exact: [String: PriceTable.Price] = [:]
    /// Prices by what stands before a `*`.
    private var prefixes: [String: PriceTable.Price] = [:]
    private var longestPrefix = 0
    /// The names of the latest versions, by the names without their day.
    private var versions: [String: String] = [:]

    init(_ prices: [String: PriceTable.Price]) {
        for (name, price) in prices {
            if name.hasSuffix("*") {
                prefixes[String(name.dropLast())] = price
                longestPrefix = max(longestPrefix, name.count - 1)
            } else {
                exact[name] = price
                if let stem = ModelName.withoutDay(name) { versions[stem] = max(versions[stem] ?? "", name) }
            }
        }
    }

    var count: Int { exact.count + prefixes.count }

    /// - Parameter names: the names that a model goes by, the one that counts most first.
    subscript(names: [String]) -> PriceTable.Price? {
        for name in names {
            if let price = exact[name] ?? ModelName.withoutDay(name).flatMap({ exact[$0] })
                ?? versions[name].flatMap({ exact[$0] })
            {
                return price
            }
        }
        for name in names where !prefixes.isEmpty {
            for length in stride(from: min(longestPrefix, name.count), through: 0, by: -1) {
                if let price = prefixes[String(name.prefix(length))] { return price }
            }
        }
        return nil
    }
}
