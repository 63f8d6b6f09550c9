import LanguageModels
import Support

/// Checks the prices that what a model's calls cost is counted by.
struct PriceCheck {
    let model: String?
    let environment: [String: String]

    func finding() -> Finding {
        let table: PriceTable
        do {
            table = try PriceTable(environment: environment)
        } catch {
            return .failed("prices", error.description, remedy: "see docs/models.md")
        }
        let origin = origin(of: table)
        guard let model, let configuration = try? ModelConfiguration(environment: environment, model: model) else {
            return .ok("prices", origin)
        }
        let name = configuration.identity.model
        guard let price = configuration.prices[name] else {
            return .off(
                "prices",
                "\(name) has none in \(origin): what its calls cost is not counted, and a budget of money does not bound them; "
                    + "\(ModelConfiguration.Variable.prices) names a file that states it, 0 for a model of your own")
        }
        return .ok(
            "prices",
            "a million tokens of \(name) cost \(price.input) USD in prompts and \(price.output) in answers, by \(origin)"
        )
    }

    private func origin(of table: PriceTable) -> String {
        let shipped = "list prices of \(PriceTable.notedOn)"
        guard let path = EnvironmentReader.text(environment[ModelConfiguration.Variable.prices]) else { return shipped }
        let skipped = table.skippedEntries
        let others =
            skipped == 0
            ? "" : ", which has \(Counted.text(skipped, "entry", plural: "entries")) without a price of tokens"
        return "\(Counted.text(table.statedEntries, "price")) of \(path)\(others), and \(shipped)"
    }
}
