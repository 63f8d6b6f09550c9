import Coordinator
import Testing

@Suite struct KeyConditions {
    @Test func conditionOnAKeyIsThatOnItsPath() {
        let words = ContextKey<Int>("artifacts.words")
        #expect(Condition.exists(words) == .exists("artifacts.words"))
        #expect(Condition.equals(words, 3) == .equals("artifacts.words", 3))
        #expect(
            Condition.all([.exists(words), .not(.equals(words, 3))]).description.contains("artifacts.words exists"))
    }
}
