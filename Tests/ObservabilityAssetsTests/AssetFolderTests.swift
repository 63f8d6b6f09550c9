import Foundation
import ObservabilityAssets
import TestSupport
import Testing

@Suite struct AssetFolderTests {
    private func withFolder(_ body: (AssetFolder, URL) throws -> Void) throws {
        let temporary = try TemporaryFolder()
        try body(AssetFolder(path: temporary.file("assets").path), temporary.file("assets"))
    }

    @Test func writtenAssetsHaveNoDriftAndAreNotRewritten() throws {
        try withFolder { folder, _ in
            let assets = AssetSet.all()
            #expect(folder.drift(from: assets).map(\.difference) == assets.map { _ in .missing })
            let written = try folder.write(assets)
            #expect(written == assets.map(\.path))
            #expect(folder.drift(from: assets).isEmpty)
            let again = try folder.write(assets)
            #expect(again.isEmpty)
        }
    }

    @Test func driftNamesTheFirstDifferingLine() throws {
        try withFolder { folder, url in
            let assets = AssetSet.all()
            _ = try folder.write(assets)
            let asset = try #require(assets.first { $0.path.hasSuffix(".yml") })
            let file = url.appending(path: asset.path)
            var lines = asset.text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
            let expected = lines[4]
            lines[4] = "changed"
            try lines.joined(separator: "\n").write(to: file, atomically: true, encoding: .utf8)
            let drift = folder.drift(from: assets)
            #expect(drift.map(\.path) == [asset.path])
            #expect(drift.map(\.difference) == [.line(5, found: "changed", expected: expected)])
            #expect(drift.first?.description == "\(asset.path):5: is 'changed', should be '\(expected)'")
            // A file that only ends too early differs where it ends.
            try (asset.text + "more\n").write(to: file, atomically: true, encoding: .utf8)
            let last = asset.text.split(separator: "\n", omittingEmptySubsequences: false).count
            #expect(folder.drift(from: assets).map(\.difference) == [.line(last, found: "more", expected: "")])
            let repaired = try folder.write(assets)
            #expect(repaired == [asset.path])
        }
    }

    @Test func nonTextFileCountsAsMissing() throws {
        try withFolder { folder, url in
            let assets = AssetSet.all()
            _ = try folder.write(assets)
            try Data([0xFF, 0xFE]).write(to: url.appending(path: assets[0].path))
            #expect(folder.drift(from: assets).map(\.difference) == [.missing])
        }
    }
}
