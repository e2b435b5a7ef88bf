import FoundationEssentials
import Glibc
import TestSupport
import Testing

@testable import Workspaces

@Suite struct FolderTreeTests {
    @Test func `removal takes links away and leaves their targets`() throws {
        let folder = try TestFolder()
        let outside = folder.path + "/outside"
        try FolderTree.make(outside + "/deep", mode: 0o700)
        try Data("x".utf8).write(to: URL(filePath: outside + "/file"))
        let tree = folder.path + "/tree"
        try FolderTree.make(tree, mode: 0o700)
        #expect(symlink(outside, tree + "/link") == 0)
        #expect(symlink(outside + "/file", tree + "/file") == 0)
        try FolderTree.remove(tree)
        #expect(!exists(tree))
        #expect(exists(outside + "/file"))
        #expect(exists(outside + "/deep"))
    }

    @Test func `removal of a link itself leaves its target`() throws {
        let folder = try TestFolder()
        try FolderTree.make(folder.path + "/outside/deep", mode: 0o700)
        #expect(symlink(folder.path + "/outside", folder.path + "/link") == 0)
        try FolderTree.remove(folder.path + "/link")
        #expect(!exists(folder.path + "/link"))
        #expect(exists(folder.path + "/outside/deep"))
    }

    @Test func `a tree deeper than a path may be long is removed`() throws {
        let folder = try TestFolder()
        let tree = folder.path + "/tree"
        try FolderTree.make(tree, mode: 0o700)
        var handle = open(tree, O_RDONLY | O_DIRECTORY)
        for _ in 0..<1000 {
            #expect(mkdirat(handle, "folder-name", 0o700) == 0)
            let below = openat(handle, "folder-name", O_RDONLY | O_DIRECTORY)
            close(handle)
            handle = below
        }
        close(handle)
        try FolderTree.remove(tree)
        #expect(!exists(tree))
    }

    @Test func `names that are not UTF-8 and folders without rights are removed`() throws {
        let folder = try TestFolder()
        let tree = folder.path + "/tree"
        try FolderTree.make(tree + "/closed/inner", mode: 0o700)
        var name = Array(tree.utf8).map { CChar(bitPattern: $0) }
        name += [47, CChar(bitPattern: 0xFF), CChar(bitPattern: 0xFE), 0]
        #expect(mkdir(name, 0o700) == 0)
        #expect(chmod(tree + "/closed", 0o000) == 0)
        try FolderTree.remove(tree)
        #expect(!exists(tree))
    }

    @Test func `removal of nothing is fine`() throws {
        let folder = try TestFolder()
        try FolderTree.remove(folder.path + "/nothing")
    }
}
