import Support
import Testing

@Suite struct PathSegmentsTests {
    /// A slash and an accent after it are one character, and still a slash to the kernel.
    @Test func pathsAreCutAtSlashesWhateverFollowsThem() {
        let path = "../\u{301}a//b"
        #expect(path.pathSegments.map { Array($0.utf8) } == ["..", "\u{301}a", "b"].map { Array($0.utf8) })
        #expect(path.allPathSegments.count == 4 && path.parentPath.utf8.elementsEqual("../\u{301}a/".utf8))
        #expect("a/\u{301}b".lastPathSegment.utf8.elementsEqual("\u{301}b".utf8) && "a".lastPathSegment == "a")
        #expect(
            "/\u{301}a".isAbsolutePath && !"a/b".isAbsolutePath && "a".parentPath == "" && "a/".lastPathSegment == "")
    }
}
