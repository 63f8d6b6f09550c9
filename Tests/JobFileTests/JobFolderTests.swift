import Coordinator
import Foundation
import JobFile
import TestSupport
import Testing

/// Files that a job file names beside itself, and what a job is kept with of them.
@Suite struct JobFolders {
    private static func read(
        _ keys: String, in folder: JobFolder, schemaFault: @escaping @Sendable (JSONValue) -> String? = { _ in nil }
    ) -> Result<JobSpecification, JobFileProblems> {
        JobFileReader.read(
            "workflow: w\nagents:\n- {name: a, uses: model, \(keys)}\n", file: "x.yaml",
            options: .init(surroundings: JobSurroundings(schemaFault: schemaFault, folder: folder)))
    }

    private static func mistakes(_ keys: String, in folder: JobFolder) -> [String] {
        guard case .failure(let failure) = read(keys, in: folder) else { return [] }
        return failure.problems.map(\.description)
    }

    private static func model(_ read: JobSpecification) -> ModelAgentSpecification? {
        if case .model(let model)? = read.agents.first?.uses { model } else { nil }
    }

    @Test func instructionsAndSchemaAreReadFromTheFolder() throws {
        let folder = try TemporaryFolder()
        try folder.write("Find faults.\nName each.", to: "prompts/review.md")
        try folder.write(#"{"type": "object", "properties": {"faults": {"type": "array"}}}"#, to: "schemas/review.json")
        let keys = "instructions: prompts/review.md, output: {schema: schemas/review.json, to: artifacts.review}"
        let job = try Self.read(keys, in: .path(folder.path)).get()
        let model = try #require(Self.model(job))
        #expect(model.instructions == .init("Find faults.\nName each.\n", file: "prompts/review.md"))
        #expect(
            model.output.schema?["properties"]?["faults"] != nil && model.output.schemaFile == "schemas/review.json")

        // What is kept needs the files no more, and is the same job.
        let kept = try #require(job.document).json()
        let again = try JobFileReader.read(
            kept, file: "kept", options: .init(surroundings: JobSurroundings(folder: .none))
        ).get()
        let remade = try #require(Self.model(again))
        #expect(remade.instructions.text == model.instructions.text && remade.instructions.file == nil)
        #expect(remade.output.schema == model.output.schema && remade.output.path == model.output.path)
        #expect(again.document == job.document)
    }

    /// A file that holds one line ending in .md is no name of another file once it is kept.
    @Test func keptInstructionsAreNeverTakenForAFile() throws {
        let folder = try TemporaryFolder()
        try folder.write("Follow CONTRIBUTING.md", to: "a.txt")
        let job = try Self.read("instructions: a.txt", in: .path(folder.path)).get()
        let again = try JobFileReader.read(try #require(job.document).json(), file: "kept").get()
        #expect(Self.model(again)?.instructions == .init("Follow CONTRIBUTING.md\n"))
    }

    @Test func filesAreNotReadWhereNobodyAsks() throws {
        let job = try Self.read("instructions: a.md, output: {schema: b.json}", in: .unread).get()
        let model = try #require(Self.model(job))
        #expect(model.instructions == .init("", file: "a.md") && model.output.schemaFile == "b.json")
        #expect(job.document?["agents"]?.arrayValue?.first?["instructions"] == "a.md")
    }

    @Test func fileOfAJobThatWasSentIsRefused() {
        #expect(
            Self.mistakes("instructions: a.md", in: .none) == [
                "x.yaml:3:40: agents[0].instructions: 'a.md' is a file, and this job file came without one: it was sent, and "
                    + "lies in no folder; write what the file holds; instructions that are one line ending in .md or .txt name "
                    + "a file"
            ])
    }

    @Test func filesOutsideOfTheFolderAreRefused() throws {
        let folder = try TemporaryFolder()
        try folder.write("secret", to: "secret.md")
        try folder.write("Say it.", to: "job/here.md")
        try FileManager.default.createSymbolicLink(
            at: folder.file("job/out.md"), withDestinationURL: folder.file("secret.md"))
        try FileManager.default.createSymbolicLink(
            at: folder.file("job/in.md"), withDestinationURL: folder.file("job/here.md"))
        let place = JobFolder.path(folder.file("job").path)
        for (file, words) in [
            ("../secret.md", "'../secret.md' leaves the folder of the job file; name a file in it"),
            (folder.file("secret.md").path, "leaves the folder of the job file; name a file in it"),
            ("~/secret.md", "'~/secret.md' leaves the folder of the job file; name a file in it"),
            ("out.md", "'out.md' leads out of the folder of the job file"),
            ("none.md", "there is no file 'none.md' in the folder of the job file"),
        ] {
            let found = Self.mistakes("instructions: \(file)", in: place)
            #expect(found.count == 1 && found.first?.contains(words) == true, "\(file): \(found)")
        }
        #expect(Self.mistakes("instructions: in.md", in: place).isEmpty)
        #expect(Self.mistakes("instructions: here.md", in: place).isEmpty)
    }

    @Test func filesThatAreNoTextAreRefused() throws {
        let folder = try TemporaryFolder()
        try folder.write(" \n", to: "blank.md")
        try Data([0xFF, 0xFE]).write(to: folder.file("bytes.md"))
        try folder.write(String(repeating: "a", count: ModelAgentSpecification.longestInstructions + 1), to: "long.md")
        try folder.write("{\"type\": }", to: "broken.json")
        try folder.write("{\"type\": \"array\"}", to: "array.json")
        try FileManager.default.createDirectory(at: folder.file("folder.md"), withIntermediateDirectories: false)
        let place = JobFolder.path(folder.path)
        for (keys, words) in [
            ("instructions: blank.md", "'blank.md' is empty"), ("instructions: bytes.md", "is no text in UTF-8"),
            ("instructions: long.md", "is no file that can be read, or has more than 64KiB"),
            ("instructions: folder.md", "is no file that can be read"),
            ("instructions: Say it., output: {schema: broken.json}", "broken.json is no JSON: line 1, byte 10"),
            ("instructions: Say it., output: {schema: array.json}", "array.json: an answer is an object"),
        ] {
            let found = Self.mistakes(keys, in: place)
            #expect(found.count == 1 && found.first?.contains(words) == true, "\(keys): \(found)")
        }
    }

    /// What is wrong with a schema is told where that stands in the job file.
    @Test func faultOfASchemaIsToldWhereItStands() {
        let keys = "instructions: Say it., output: {schema: {type: object, properties: {a: {formt: x}}}}"
        let read = Self.read(keys, in: .none) { _ in "#/properties/a/formt: this keyword is not known here" }
        guard case .failure(let failure) = read else {
            Issue.record("the schema was taken")
            return
        }
        #expect(
            failure.problems.map(\.description) == [
                "x.yaml:3:105: agents[0].output.schema.properties.a.formt: #/properties/a/formt: this keyword is not known "
                    + "here"
            ])
    }

    @Test func folderOfAJobFileIsWhereItLies() {
        #expect(JobFolder.of("jobs/review.yaml") == .path("jobs"))
        #expect(JobFolder.of("review.yaml") == .path("."))
        #expect(JobFolder.of("/review.yaml") == .path("/"))
        #expect(JobFolder.of("-") == .path("."))
    }

    @Test func missingModelAndTokenAreReported() {
        let surroundings = JobSurroundings(
            missingVariables: { Set($0) }, missingModel: "no model is named", folder: .none)
        let read = JobFileReader.read(
            """
            workflow: w
            tools: {wiki: {mcp: {url: 'http://wiki.example', token_env: WIKI}}}
            agents:
            - {name: a, uses: model, instructions: Say it.}
            - {name: b, uses: model, instructions: Say it., model: ollama/x}
            """, file: "x.yaml", options: .init(surroundings: surroundings))
        guard case .failure(let failure) = read else {
            Issue.record("the file was taken")
            return
        }
        #expect(
            failure.problems.map(\.description) == [
                "x.yaml:2:61: tools.wiki.mcp.token_env: the environment has no variable WIKI, which is to hold the token that "
                    + "the server asks for",
                "x.yaml:4:19: agents[0].uses: no model is named",
            ])
    }
}
