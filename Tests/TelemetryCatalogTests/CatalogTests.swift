import TelemetryCatalog
import Testing

@Suite struct CatalogTests {
    let instruments = Instruments.all + SDKInstruments.all

    @Test func everyNameIsUniqueAndHasADefinition() {
        #expect(Set(instruments.map(\.name)).count == instruments.count)
        for instrument in instruments {
            #expect(Instruments.definition(named: instrument.name) == instrument)
        }
        #expect(Instruments.definition(named: "coordinator.unknown") == nil)
    }

    @Test func everyNameHasTheFormOfAnOpenTelemetryName() throws {
        let names = instruments.map(\.name) + AttributeKey.all + EventName.all
        for name in names {
            #expect(name.wholeMatch(of: /[a-z][a-z0-9_]*(\.[a-z0-9_]+)+/) != nil, "\(name)")
        }
    }

    @Test func everyAttributeOfAnInstrumentIsAKeyOfTheCatalog() {
        let keys = Set(AttributeKey.all)
        for instrument in instruments {
            #expect(Set(instrument.attributes).count == instrument.attributes.count, "\(instrument.name)")
            for key in instrument.attributes { #expect(keys.contains(key), "\(instrument.name): \(key)") }
        }
    }

    @Test func noInstrumentIsLabelledByJobAttemptOrVersion() {
        let unbounded: Set = [
            AttributeKey.jobID, AttributeKey.attemptNumber, AttributeKey.contextVersion,
            AttributeKey.contextVersionFrom, AttributeKey.contextVersionTo, AttributeKey.exceptionMessage,
        ]
        for instrument in instruments {
            #expect(unbounded.isDisjoint(with: instrument.attributes), "\(instrument.name)")
        }
    }

    @Test func keysAreUnique() {
        #expect(Set(AttributeKey.all).count == AttributeKey.all.count)
        #expect(Set(EventName.all).count == EventName.all.count)
        #expect(Set(ErrorType.all).count == ErrorType.all.count)
        #expect(Set(OutcomeName.all).count == OutcomeName.all.count)
    }

    @Test func bucketBoundsAreExact() {
        #expect(BucketBounds.agent == [0.1, 0.2, 0.4, 0.8, 1.6, 3.2, 6.4, 12.8, 25.6, 51.2, 102.4, 204.8, 409.6])
        #expect(
            BucketBounds.inference
                == [0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92])
        #expect(
            BucketBounds.queue
                == [0.005, 0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96])
        #expect(BucketBounds.invocation == BucketBounds.agent + [819.2, 1638.4, 3276.8, 6553.6])
        #expect(BucketBounds.calls == [1, 2, 4, 8, 16, 32, 64, 128])
        #expect(BucketBounds.toolServer == [0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30, 60, 120, 300])
        #expect(BucketBounds.workflow == [1, 5, 10, 30, 60, 120, 300, 600, 1800, 3600, 7200])
        // Equal as numbers is not enough: labels are made of their shortest text.
        #expect(BucketBounds.agent.map { "\($0)" }.contains("51.2"))
    }

    @Test func everyHistogramHasAscendingBoundsAndSeconds() throws {
        for instrument in instruments {
            guard let bounds = instrument.bounds else { continue }
            #expect(zip(bounds, bounds.dropFirst()).allSatisfy { $0 < $1 }, "\(instrument.name)")
            #expect(instrument.unit == "s" || bounds == BucketBounds.calls, "\(instrument.name)")
        }
        #expect(Instruments.attempts.bounds == nil)
    }

    @Test func everyInstrumentIsDescribedAndHasAUnit() {
        for instrument in instruments {
            #expect(instrument.description.hasSuffix("."), "\(instrument.name)")
            #expect(!instrument.unit.isEmpty, "\(instrument.name)")
        }
    }
}
