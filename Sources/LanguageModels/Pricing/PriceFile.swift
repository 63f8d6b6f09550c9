import Coordinator
import Support

/// A file of prices that was read.
struct PriceFile: Sendable {
    /// Why a file cannot be used.
    struct Fault: Error {
        /// What is wrong, and where.
        let what: String
    }

    /// The most prices for long prompts that one entry may have. 8.
    static let longPromptLimit = 8
    /// The most tokens of a prompt above which prices may change. 100 million.
    static let longestPrompt = 100_000_000

    private(set) var prices: [String: PriceTable.Price] = [:]
    /// The same as a table.
    let layer: PriceLayer
    /// The day on which they were noted down, where the file says so.
    private(set) var notedOn: String?
    /// The entries that state no price of tokens.
    private(set) var skipped = 0

    init(_ bytes: [UInt8]) throws(Fault) {
        let document: JSONValue
        do { document = try JSONValue(json: bytes) } catch {
            throw Fault(what: "is not a JSON object: \(error.jsonFault)")
        }
        guard var entries = document.objectValue else { throw Fault(what: "is not a JSON object") }
        if case .string(let day) = entries["noted_on"], case .object(let inner) = entries["prices"] {
            notedOn = day
            entries = inner
        }
        guard entries.count <= PriceTable.entryLimit else {
            throw Fault(what: "has more than \(PriceTable.entryLimit) entries")
        }
        for (key, value) in entries.sorted(by: { $0.key < $1.key }) {
            guard let members = value.objectValue else { throw Self.fault(key.string, "is no object") }
            if LiteLLMPrice.isOne(members) {
                guard let price = try LiteLLMPrice.price(key.string, members) else {
                    skipped += 1
                    continue
                }
                prices[key.string] = price
            } else {
                prices[key.string] = try Self.price(key.string, members)
            }
        }
        layer = PriceLayer(prices)
    }

    static func fault(_ name: String, _ what: String) -> Fault {
        Fault(what: "the entry '\(name.prefix(100))' \(what)")
    }

    /// A price, checked.
    ///
    /// - Parameter factor: what makes it US dollars per million tokens.
    static func figure(
        _ value: JSONValue?, _ member: String, of name: String, factor: Double = 1
    ) throws(Fault) -> Double? {
        guard let value, value != .null else { return nil }
        // Divided and rounded, so that 2.5e-06 is 2.5 and not a little more.
        guard let stated = value.doubleValue, case let price = (stated * factor * 1e9).rounded() / 1e9,
            (0...PriceTable.highestPrice).contains(price)
        else {
            throw fault(
                name, "needs \(member) from 0 to \(Int(PriceTable.highestPrice)), in US dollars per million tokens")
        }
        return price
    }

    private static func price(_ name: String, _ members: JSONObject) throws(Fault) -> PriceTable.Price {
        let (input, output, read, write) = try rates(name, members, beside: ["long_prompts"])
        let list = members["long_prompts"]?.arrayValue ?? []
        guard members["long_prompts"] == nil || !list.isEmpty, list.count <= longPromptLimit else {
            throw fault(name, "needs 1 to \(longPromptLimit) elements in long_prompts")
        }
        var longPrompts: [PriceTable.Price.LongPrompt] = []
        for element in list {
            guard let own = element.objectValue, let above = own["above"]?.integerValue,
                (1...Int64(longestPrompt)).contains(above), !longPrompts.contains(where: { $0.above == Int(above) })
            else {
                throw fault(name, "needs in each element of long_prompts another above, from 1 to \(longestPrompt)")
            }
            let (input, output, read, write) = try rates(name, own, beside: ["above"])
            longPrompts.append(
                .init(above: Int(above), input: input, output: output, cacheRead: read, cacheWrite: write))
        }
        return PriceTable.Price(
            input: input, output: output, cacheRead: read, cacheWrite: write, longPrompts: longPrompts)
    }

    private static func rates(
        _ name: String, _ members: JSONObject, beside others: Set<ExactString>
    ) throws(Fault) -> (input: Double, output: Double, read: Double?, write: Double?) {
        let known: Set<ExactString> = ["input", "output", "cache_read", "cache_write"]
        if let unknown = members.keys.filter({ !known.contains($0) && !others.contains($0) }).min() {
            throw fault(name, "has the member '\(unknown.string.prefix(40))', which is not known")
        }
        guard let input = try figure(members["input"], "input", of: name),
            let output = try figure(members["output"], "output", of: name)
        else { throw fault(name, "needs input and output, from 0 to \(Int(PriceTable.highestPrice))") }
        return (
            input, output, try figure(members["cache_read"], "cache_read", of: name),
            try figure(members["cache_write"], "cache_write", of: name)
        )
    }
}
