import Support
import Testing

/// Arithmetic on figures from outside never traps.
@Suite struct Saturation {
    @Test func integersStopAtTheirBounds() {
        #expect(Int.max.addingSaturated(1) == .max && Int.min.addingSaturated(-1) == .min)
        #expect(5.addingSaturated(-7) == -2)
        #expect(Int.min.subtractingSaturated(1) == .min && Int.max.subtractingSaturated(-1) == .max)
        #expect(UInt64(3).subtractingSaturated(4) == 0)
        #expect(Int.max.multipliedSaturated(by: 2) == .max && Int.max.multipliedSaturated(by: -2) == .min)
        #expect(Int.min.multipliedSaturated(by: -1) == .max && 6.multipliedSaturated(by: 7) == 42)
    }

    @Test(arguments: [
        (1.9, 1), (-1.9, -1), (1e300, Int.max), (-1e300, .min), (.infinity, .max), (-.infinity, .min), (.nan, 0),
        (0x1p63, .max), (-0x1p63, .min), (9_007_199_254_740_992, 9_007_199_254_740_992),
    ])
    func integerOfAnyNumber(number: Double, whole: Int) { #expect(Int(saturating: number) == whole) }

    @Test func sumsOfFloatingPointNumbersStayFinite() {
        #expect((1e308).addingSaturated(1e308) == .greatestFiniteMagnitude)
        #expect((-1e308).addingSaturated(-.infinity) == -.greatestFiniteMagnitude)
        #expect((2.5).addingSaturated(.nan) == 2.5 && Double.infinity.addingSaturated(-.infinity) == 0)
    }

    @Test(arguments: [Double.nan, -.infinity, -1, 0, 0.5, 1e9, 1e300, .infinity])
    func durationsOfAnyNumberAreBounded(number: Double) {
        for duration in [Duration.bounded(nanoseconds: number), .bounded(milliseconds: number)] {
            #expect(duration >= .zero && duration <= .longest)
        }
    }

    @Test func durationsKeepWithinTheLongest() {
        #expect(Duration.bounded(milliseconds: 1.5) == .microseconds(1500))
        #expect(Duration.seconds(Int64.max).bounded == .longest && Duration.seconds(-1).bounded == .zero)
        #expect(Duration.seconds(2).multipliedSaturated(by: 1.5) == .seconds(3))
        for factor in [1e300, .infinity] { #expect(Duration.seconds(2).multipliedSaturated(by: factor) == .longest) }
        #expect(Duration.zero.multipliedSaturated(by: .infinity) <= .longest)
        #expect(Duration.longest.addingSaturated(.seconds(Int64.max)) == .longest)
        #expect(
            Duration.seconds(Int64.max).boundedMilliseconds == .max && Duration.seconds(-1).boundedMilliseconds == 0)
    }
}
