/// A drafting model's answer: what takes the place of which parts of files.
package struct EditProposal: Sendable, Hashable {
    /// What takes the text.
    package enum Target: Sendable, Hashable {
        /// A part of a file.
        case place(Place)
        /// A file that is new.
        case newFile
    }

    /// The part of a file that is replaced.
    package enum Place: Sendable, Hashable {
        /// A piece that stands in the file once.
        case piece(String)
        /// A declaration, by its name.
        case symbol(String)
        /// Lines by their numbers in the file as the model saw it, from 1.
        case lines(first: Int, last: Int)
    }

    /// One replacement.
    package struct Edit: Sendable, Hashable {
        /// The file, as the model names it.
        package var path: String
        package var target: Target
        /// The replacement, or the new file's text.
        package var text: String

        package init(path: String, target: Target, text: String) {
            self.path = path
            self.target = target
            self.text = text
        }
    }

    /// The model's answer to one requirement.
    package struct Answer: Sendable, Hashable {
        /// The requirement's number, from 1.
        package var number: Int
        /// How the edits meet the requirement, or why they do not.
        package var answer: String
    }

    /// What the edits do, in a sentence or two.
    package var summary: String
    package var edits: [Edit]
    package var requirements: [Answer]
}
