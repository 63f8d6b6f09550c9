import ArgumentParser
import Glibc
import JobComposition
import Support

/// A kind of job that `coordinator init` writes the files of.
enum InitialKind: String, ExpressibleByArgument, CaseIterable {
    case review, fix, minimal

    /// What a run of it does, in a sentence.
    var promise: String {
        switch self {
        case .review: "Three reviewers look at each file of a change, and a judge makes one review of it"
        case .fix: "A drafter and a validator work in rounds until the tests pass, three at most"
        case .minimal: "An agent made of a language model reads the repository, and answers"
        }
    }

    /// Whether it does anything without a model.
    var needsModel: Bool { self != .fix }

    private var template: JobTemplate {
        switch self {
        case .review: JobTemplate(Self.text(PackageResources.review_yaml))
        case .fix: JobTemplate(Self.text(PackageResources.fix_yaml), aim: .mending)
        case .minimal: JobTemplate(Self.text(PackageResources.minimal_yaml))
        }
    }

    /// What the job file needs, by path from its folder.
    private var companions: [(path: String, text: String)] {
        switch self {
        case .review:
            [
                ("prompts/correctness.md", Self.text(PackageResources.correctness_md)),
                ("prompts/safety.md", Self.text(PackageResources.safety_md)),
                ("prompts/clarity.md", Self.text(PackageResources.clarity_md)),
                ("prompts/judge.md", Self.text(PackageResources.judge_md)),
                ("schemas/findings.json", Self.text(PackageResources.findings_json)),
                ("schemas/review.json", Self.text(PackageResources.review_json)),
                ("tools/changes.py", Self.text(PackageResources.changes_py)),
            ]
        case .fix, .minimal: []
        }
    }

    /// The files of a job, the job file first.
    ///
    /// - Parameters:
    ///   - file: the job file's path.
    ///   - test: how the repository runs its tests; `nil` where nothing says so.
    func files(_ file: String, _ test: TestCommand?) -> [InitialFile] {
        let folder = file.utf8.lastIndex(of: UInt8(ascii: "/")).map { String(file[...$0]) } ?? ""
        return [InitialFile(path: file, text: template.named(file == "-" ? "job.yaml" : file).filled(test))]
            + companions.map { InitialFile(path: folder + $0.path, text: $0.text) }
    }

    private static func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }
}

/// A file that is written once, and never over another one.
struct InitialFile {
    let path: String
    let text: String

    /// Writes files, or none of them: a part of a job would be taken for the whole the next time. Of those beside the job
    /// file, one that is there with the same text is left as it is.
    ///
    /// - Parameter files: the job file first.
    /// - Throws: an exit code, after printing which file is in the way.
    static func write(_ files: [InitialFile]) throws {
        var written: [InitialFile] = []
        for (index, file) in files.enumerated() where index == 0 || !file.isThere {
            do throws(SystemError) {
                // The folder of the job file is the user's to make, and a mistake where it is not there.
                try file.write(makesFolder: index > 0)
                written.append(file)
            } catch {
                for file in written { _ = unlink(file.path) }
                Console.error("error: \(file.path): \(reason(error))")
                throw Exit.unusable
            }
        }
    }

    private var isThere: Bool {
        FileBytes.ofRegularFile(path, limit: text.utf8.count).map { $0.elementsEqual(text.utf8) } ?? false
    }

    private func write(makesFolder: Bool) throws(SystemError) {
        if makesFolder, let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")), slash != path.startIndex {
            // What is in the way of a folder is told by what cannot be opened in it.
            _ = mkdir(String(path[..<slash]), 0o755)
        }
        let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw SystemError(errno) }
        var problem = Console.write(text, to: descriptor)
        if close(descriptor) != 0, problem == 0 { problem = errno }
        guard problem == 0 else {
            _ = unlink(path)
            throw SystemError(problem)
        }
    }

    private static func reason(_ error: SystemError) -> String {
        switch error.number {
        case EEXIST: "the file is there already; give another name: coordinator init other.yaml"
        case ENOENT, ENOTDIR: "there is no such folder; make it, or give another name"
        default: "\(error); give a name where a file can be written"
        }
    }
}
