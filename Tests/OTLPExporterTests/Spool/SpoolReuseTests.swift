import Foundation
import Telemetry
import Testing

@testable import OTLPExporter

/// Segments whose spans are finished give their memory, and their file, to the next ones.
@Suite struct SpoolReuseTests {
    private func fileNumbers(_ rig: SpoolRig) throws -> Set<Int> {
        Set(
            try rig.segmentFiles().compactMap {
                try FileManager.default.attributesOfItem(atPath: $0.path)[.systemFileNumber] as? Int
            })
    }

    @Test func filesAreReusedForManySegments() throws {
        let rig = try SpoolRig()
        let (spool, _) = rig.spool()
        var names: Set<String> = []
        var files: Set<Int> = []
        for round in 0..<40 as Range<UInt64> {
            let ids = (round * 20 + 1)...(round * 20 + 20)
            spool.append(ids, bytes: 100)
            #expect(spool.drain().map(\.id) == Array(ids))
            names.formUnion(try rig.segmentFiles().map(\.lastPathComponent))
            files.formUnion(try fileNumbers(rig))
        }
        #expect(names.count >= 40)
        #expect(files.count <= 12, "\(files.count) for \(names.count) segments")
        #expect(spool.close(isFinal: true) == SpoolRemainder())
        #expect(try rig.isEmpty())
    }

    /// A file that was used before holds records of its earlier uses, and the next process sees none of them.
    @Test func recordsOfAnEarlierUseAreNotSent() throws {
        let rig = try SpoolRig()
        do {
            let (spool, _) = rig.spool()
            for round in 0..<20 as Range<UInt64> {
                spool.append((round * 20 + 1)...(round * 20 + 20), bytes: 100)
                _ = spool.drain()
            }
            spool.append(1_001...1_003)
        }
        let (spool, opening) = rig.spool()
        #expect(opening.adopted == 3 && opening.damaged == 0 && opening.crashed == 0)
        #expect(spool.drain().map(\.id) == Array(1_001...1_003))
        #expect(spool.close(isFinal: true) == SpoolRemainder())
        #expect(try rig.isEmpty())
    }

    /// Memory that was got ready and never used is no trace in the folder, whether its process ends in order or not.
    @Test(arguments: [false, true]) func spareFileIsRemoved(_ isCrash: Bool) throws {
        let rig = try SpoolRig()
        var last: UInt64 = 0
        do {
            let (spool, _) = rig.spool()
            var hasSpare: Bool {
                get throws {
                    try FileManager.default.subpathsOfDirectory(atPath: rig.directory).contains {
                        $0.contains("spare-")
                    }
                }
            }
            while try !hasSpare, last < 100 {
                last += 1
                spool.append([last], bytes: 100)
            }
            try #require(try hasSpare)
            if !isCrash {
                _ = spool.drain()
                #expect(spool.close(isFinal: true) == SpoolRemainder())
                #expect(try rig.isEmpty())
            }
        }
        let (spool, opening) = rig.spool()
        #expect(opening.adopted == (isCrash ? Int(last) : 0) && opening.damaged == 0)
        _ = spool.drain()
        #expect(spool.close(isFinal: true) == SpoolRemainder())
        #expect(try rig.isEmpty())
    }

    @Test func memoryIsReusedForManySegments() throws {
        let rig = try SpoolRig()
        let (spool, _) = rig.spool(SpoolConfiguration(segmentBytes: 4096, segmentCount: 4))
        for round in 0..<40 as Range<UInt64> {
            let ids = (round * 20 + 1)...(round * 20 + 20)
            spool.append(ids, bytes: round % 2 == 0 ? 100 : 5)
            #expect(spool.drain().map(\.id) == Array(ids))
        }
        #expect(spool.close(isFinal: true) == SpoolRemainder())
        #expect(rig.warnings.isEmpty)
    }
}
