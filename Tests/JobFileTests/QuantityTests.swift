import JobFile
import Testing

@Suite struct QuantityTests {
    @Test(arguments: [
        ("30s", Duration.seconds(30)), ("10m", .seconds(600)), ("500ms", .milliseconds(500)), ("1h30m", .seconds(5400)),
        ("25.6s", .milliseconds(25_600)), ("0.1s", .milliseconds(100)), ("0s", .zero),
        ("1m0.5s", .milliseconds(60_500)),
        ("8760h", .seconds(31_536_000)), ("250us", .microseconds(250)),
    ])
    func durationTextRoundTrips(_ text: String, _ expected: Duration) {
        #expect(DurationNotation.parse(text) == expected)
        #expect(DurationNotation.parse(DurationNotation.text(expected)) == expected)
    }

    @Test(arguments: [
        "", "s", "5", "5 s", "-5s", "5s5s", "1s1m", "1.s", ".5s", "1e3s", "5S", "1d", "8760h1us", "9999999999999h",
        "٣s",
        "1..2s", "1.2.3s",
    ])
    func malformedDurationsAreRefused(_ text: String) { #expect(DurationNotation.parse(text) == nil) }
}
