import LanguageModels
import SourceCode
import StandardAgents
import Support
import Testing

/// What becomes of answers that are not as they were asked for.
@Suite(.timeLimit(.minutes(10))) struct WeakAnswerTests {
    /// The files with what the drafter understood of an answer, or what the model is told.
    private func outcome(_ answer: String) async -> (files: [String: String], told: String) {
        let pack = ContextPacker(task: ["mean"]).pack(
            [ExactString: String](WeakAnswer.files), symbols: [ExactString: [Symbol]](WeakAnswer.symbols),
            order: WeakAnswer.files.keys.sorted(), budget: 4_000)
        let reply: StructuredAnswer
        do {
            reply = try await WrittenModel(.text(answer)).structured(
                ModelRequest(messages: [.user("?")]), schema: EditSchema.of(pack), repairs: 0,
                until: .now + .seconds(60))
        } catch {
            return ([:], "\(error)")
        }
        let (proposal, problems) = EditReading.read(reply.value)
        guard problems.isEmpty else { return ([:], problems.map(\.told).joined(separator: "\n")) }
        let application = EditApplication(
            proposal.edits, to: [ExactString: String](WeakAnswer.files),
            symbols: [ExactString: [Symbol]](WeakAnswer.symbols), folders: ["/work/shop"]
        ) { _ in false }
        let changes = application.revisions.map { ($0.path, $0.new ?? "") }
        return (Dictionary(changes) { $1 }, application.problems.map(\.told).joined(separator: "\n"))
    }

    @Test(arguments: WeakAnswer.understood) func answerIsUnderstoodWhereOneThingAloneCanBeMeant(
        _ row: WeakAnswer
    ) async {
        let (files, told) = await outcome(row.answer)
        #expect(told == "", "\(row)")
        #expect(files.mapValues { Array($0.utf8) } == row.files.mapValues { Array($0.utf8) }, "\(row): \(files)")
    }

    @Test(arguments: WeakAnswer.refused) func whatCannotBeUnderstoodIsToldWithWhatTheModelNeedsToMendIt(
        _ row: WeakAnswer
    ) async {
        let (files, told) = await outcome(row.answer)
        #expect(files.isEmpty, "\(row)")
        for words in row.words { #expect(told.contains(words), "\(row): \(told)") }
    }

    @Test func tableHasAtLeastTwentyFormsOfAnswersThatAreUnderstood() {
        #expect(WeakAnswer.understood.count >= 20)
        #expect(
            Set((WeakAnswer.understood + WeakAnswer.refused).map(\.answer)).count == WeakAnswer.understood.count
                + WeakAnswer.refused.count)
    }
}
