import TelemetryCatalog
import Testing

@Suite struct PrometheusNamesTests {
    @Test(arguments: [
        (Instruments.agentRuns, "coordinator_agent_runs_total"),
        (Instruments.agentDuration, "gen_ai_invoke_agent_duration_seconds"),
        (Instruments.attemptOldestAge, "coordinator_attempt_oldest_age_seconds"),
        (Instruments.breakerState, "coordinator_circuit_breaker_state"),
        (Instruments.cost, "coordinator_cost_USD_total"),
        (Instruments.inputTokens, "gen_ai_client_inference_usage_input_tokens_total"),
        (SDKInstruments.processorSpanQueueSize, "otel_sdk_processor_span_queue_size"),
    ])
    func instrumentsHaveTheirPrometheusNames(instrument: InstrumentDefinition, name: String) {
        #expect(PrometheusNames.metric(instrument) == name)
    }

    @Test func prometheusNamesOfTheCatalogAreUnique() {
        let all = Instruments.all + SDKInstruments.all
        #expect(Set(all.map(PrometheusNames.metric)).count == all.count)
        #expect(Set(AttributeKey.all.map(PrometheusNames.label)).count == AttributeKey.all.count)
    }

    @Test(arguments: [
        (Duration.seconds(300), "5m"), (.seconds(1800), "30m"), (.seconds(3600), "1h"), (.seconds(7200), "2h"),
        (.seconds(86_400), "1d"), (.seconds(90), "90s"), (Objective.period, "30d"), (.zero, "0s"),
    ])
    func durationsUseTheLargestWholeUnit(duration: Duration, text: String) {
        #expect(PrometheusNames.duration(duration) == text)
    }

    @Test(arguments: [
        (51.2, "51.2"), (1 - 0.99, "0.01"), (1 - 0.999, "0.001"), (14.4, "14.4"), (3, "3"), (0.1 + 0.2, "0.3"),
    ])
    func numbersHaveNoBinaryRoundingDigits(value: Double, text: String) {
        #expect(PrometheusNames.number(value) == text)
    }
}
