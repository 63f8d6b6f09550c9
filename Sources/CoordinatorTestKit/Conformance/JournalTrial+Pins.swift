import Coordinator

// What things were when jobs used them last.

extension JournalTrial {
    private static let names = [
        "conformance-server.create", "conformance-server.CREATE", "conformance-Öl.\"odd\" 'name'",
    ]

    mutating func remembersDigests(in journal: any PinningJournal) async throws {
        func pinned(_ digest: String, _ job: String) async throws -> [String: JournalPin] {
            try await journal.pin(Dictionary(uniqueKeysWithValues: Self.names.map { ($0, digest) }), by: job)
        }
        func all(_ digest: String, _ job: String) -> [String: JournalPin] {
            Dictionary(uniqueKeysWithValues: Self.names.map { ($0, JournalPin(digest: digest, jobID: job)) })
        }
        expect(try await pinned("sha256:1", "conformance-1").isEmpty, "a name that is new has changed nothing")
        expect(
            try await pinned("sha256:1", "conformance-2").isEmpty, "a digest that is remembered already has not changed"
        )
        expect(
            try await pinned("sha256:2", "conformance-3") == all("sha256:1", "conformance-2"),
            "another digest gives back the one before, with the job that used it last")
        expect(
            try await pinned("sha256:2", "conformance-4").isEmpty, "a digest takes the place of the one before")
        let one = try await journal.pin([Self.names[0]: "sha256:3"], by: "conformance-5")
        expect(
            one == [Self.names[0]: JournalPin(digest: "sha256:2", jobID: "conformance-4")],
            "names are told apart by their bytes")
        expect(
            try await journal.pin([Self.names[1]: "sha256:2"], by: "conformance-6").isEmpty,
            "names are told apart by their bytes")
        expect(try await journal.pin([:], by: "conformance-7").isEmpty, "nothing to remember has changed nothing")
        let unusable: [[String: String]] = [
            ["": "d"], ["a\0b": "d"], [String(repeating: "n", count: JournalPin.longestName + 1): "d"],
            ["n": String(repeating: "d", count: JournalPin.longestDigest + 1)],
            Dictionary(uniqueKeysWithValues: (0...JournalPin.most).map { ("conformance-\($0)", "d") }),
        ]
        for digests in unusable {
            let more = digests.merging([Self.names[2]: "sha256:9"]) { first, _ in first }
            expect(
                await error { _ = try await journal.pin(more, by: "conformance-8") } is JournalPin.Fault,
                "what is beyond the bounds is refused with a JournalPin.Fault")
        }
        expect(
            try await journal.pin([Self.names[2]: "sha256:2"], by: "conformance-9").isEmpty,
            "what is refused leaves nothing behind")
    }

    mutating func stillRemembersDigests(in reopened: any PinningJournal) async throws {
        expect(
            try await reopened.pin([Self.names[0]: "sha256:4"], by: "conformance-10")
                == [Self.names[0]: JournalPin(digest: "sha256:3", jobID: "conformance-5")],
            "a reopened journal remembers digests")
    }
}
