import SourceCode
import Testing

/// Which lines above a declaration are its comment.
@Suite struct CommentSyntaxTests {
    @Test(arguments: [
        // The lines above, the language, and how many of them are the comment.
        ("// One.\n// Two.\n", Language.c, 2), ("/* One. */\n", .c, 1), ("/*\n * One.\n\n   Two.\n */\n", .cpp, 5),
        ("/* One. */\n// Two.\n", .swift, 2), ("#endif\n", .c, 0), ("#define A 1 /* One. */\n", .c, 0),
        ("*p = 1;\n", .c, 0), ("x(); /* begins\n ends */\n", .c, 0), (" ends */\n", .c, 0),
        ("/* a */ x(); /* b */\n", .c, 0),
        ("#[derive(Debug)]\n", .rust, 0), ("/// One.\n", .rust, 1), ("//! The module.\n", .rust, 0),
        ("//! One.\n", .cpp, 1),
        ("//go:embed a.txt\n", .go, 0), ("//go:embed a.txt\n// One.\n", .go, 1),
        ("\"\"\"The module.\n\"\"\"\n", .python, 0),
        ("# One.\n", .python, 1), ("#!/usr/bin/env python3\n", .python, 0), ("// One.\n", .python, 0),
        ("#[Pure]\n", .php, 0), ("# One.\n", .php, 1), ("-- One.\n", .lua, 1), ("# One.\n", .other, 0),
        ("x = 1\n\n", .python, 0), ("", .c, 0),
    ])
    func linesOfNothingButACommentAreTheComment(above: String, language: Language, count: Int) {
        let lines = TextLines(above + "declaration\n")
        let declaration = lines.lines.count - 1
        #expect(CommentSyntax(language).start(above: declaration, in: lines) == declaration - count)
    }

    @Test(arguments: [
        ("  /* One", Language.c, true), ("#include <a>", .c, false), ("# One", .python, true), ("*/", .c, false),
        ("/* One", .python, false), ("// One", .go, true), ("#[derive(Debug)]", .rust, false),
    ])
    func textBeginsWithACommentAsItsLanguageWritesIt(line: String, language: Language, isComment: Bool) {
        #expect(CommentSyntax(language).begins(with: line) == isComment)
    }

    @Test func beginningOfABlockIsLookedForInSoManyLines() {
        for (count, isFound) in [(CommentSyntax.longestBlock, true), (CommentSyntax.longestBlock + 1, false)] {
            let lines = TextLines("/*\n" + String(repeating: "\n", count: count - 1) + "*/\nx\n")
            #expect(CommentSyntax(.c).start(above: count + 1, in: lines) == (isFound ? 0 : count + 1))
        }
    }
}
