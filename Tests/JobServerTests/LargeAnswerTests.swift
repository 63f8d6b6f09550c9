#if Server
    import Testing

    /// What many mistakes cost a server and its clients.
    @Suite(.timeLimit(.minutes(2))) struct LargeAnswers {
        @Test func answerToManyMistakesStaysInProportionToTheBody() async throws {
            try await RunningServer.with { server in
                let keys = (1...15_000).map { "    k\($0): 1\n" }.joined()
                let body = "workflow: x\nagents:\n  - name: a\n    uses: collector\n" + keys
                let answer = try await server.ask("POST", "/v1/jobs", body)
                #expect(answer.status == 422)
                #expect(answer.response.body.count < 10 * body.utf8.count)
                let errors = try answer.json()["errors"]?.arrayValue ?? []
                #expect(errors.count == 15_000)
                #expect(errors.last?["line"] == 15_004)
                #expect(errors.last?["path"] == "agents[0].k15000")
            }
        }
    }
#endif
