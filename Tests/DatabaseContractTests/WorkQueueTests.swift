import Database
import Testing

@Suite struct WorkQueueTests {
    @Test func `urgent goes first and each priority keeps its order`() {
        var queue = WorkQueue<Int>()
        for number in 0..<600 {
            queue.append(number, number.isMultiple(of: 2) ? .ordinary : .urgent)
        }
        var taken: [Int] = []
        for _ in 0..<400 { taken += queue.next().map { [$0] } ?? [] }
        #expect(queue.count == 200)
        taken += queue.removeAll()
        let odd = (0..<600).filter { !$0.isMultiple(of: 2) }
        let even = (0..<600).filter { $0.isMultiple(of: 2) }
        #expect(taken == odd + even)
        #expect(queue.isEmpty)
    }

    @Test func `what is put back comes first again`() {
        var queue = WorkQueue<Int>()
        for number in 0..<4 { queue.append(number, .ordinary) }
        let taken = [queue.next(), queue.next()].compactMap { $0 }
        queue.putBack(taken, .ordinary)
        #expect(queue.remove { $0 == 1 } == 1)
        #expect(queue.remove { $0 == 9 } == nil)
        #expect(queue.removeAll() == [0, 2, 3])
    }
}
