extension PriceTable {
    /// The shipped prices, and before them those of the file that `COORDINATOR_MODEL_PRICES` names.
    /// - Throws: ``ModelConfigurationError`` when there is no such file, or it cannot be understood.
    package init(environment: [String: String]) throws(ModelConfigurationError) {
        self = .standard
        let variable = ModelConfiguration.Variable.prices
        guard let path = ModelEnvironment(environment).text(variable) else { return }
        self = try overridden(byFile: path, variable: variable)
    }
}
