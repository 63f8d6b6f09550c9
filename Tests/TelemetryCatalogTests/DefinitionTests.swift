import TelemetryCatalog
import Testing

@Suite struct DefinitionTests {
    @Test func everyAttributeIsDescribedOnceAndInOrder() {
        #expect(Attributes.all.map(\.key) == AttributeKey.all)
        for attribute in Attributes.all { #expect(!attribute.description.isEmpty, "\(attribute.key)") }
    }

    @Test func everyAttributeIsUsedSomewhere() {
        let used = Set(
            Spans.all.flatMap(\.attributes) + LogEvents.all.flatMap(\.attributes)
                + (Instruments.all + SDKInstruments.all).flatMap(\.attributes))
        // Set by the registry, on any instrument.
        let elsewhere: Set = [AttributeKey.metricOverflow]
        #expect(Set(AttributeKey.all).subtracting(used) == elsewhere)
        #expect(used.subtracting(AttributeKey.all).isEmpty)
    }

    @Test func everyEventIsALogEventOrASpanEvent() {
        let defined = LogEvents.all.map(\.name) + Spans.all.flatMap(\.events)
        #expect(Set(defined) == Set(EventName.all))
        #expect(defined.count == EventName.all.count)
    }

    @Test func spanNamesAreUnique() {
        #expect(Set(Spans.all.map(\.name)).count == Spans.all.count)
    }
}
