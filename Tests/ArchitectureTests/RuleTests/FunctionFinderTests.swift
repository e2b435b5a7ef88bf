import Testing

@Suite struct FunctionFinderTests {
    private func found(_ text: String) -> [String] {
        FunctionFinder.functions(in: SourceText(path: "a.swift", text))
            .map { "\($0.name) \($0.lines.lowerBound)-\($0.lines.upperBound)" }
    }

    @Test func `functions, initialisers and properties are measured`() {
        let text = """
            struct A {
                var stored = { 1 }()
                var computed: Int {
                    stored
                }
                init(make: () -> Int = { 1 }) {
                    self.init(a: { 2 })
                }
                func work(
                    a: Int
                ) -> Int {
                    if a > 0 { return 1 }
                    return [1].map { $0 }[0]
                }
                subscript(a: Int) -> Int { a }
                deinit {
                }
            }
            """
        #expect(
            found(text) == [
                "computed 3-5", "init 6-8", "work 9-14", "subscript 15-15", "deinit 16-17",
            ])
    }

    @Test func `requirements of a protocol have no body`() {
        let text = """
            protocol P {
                func a()
                var b: Int { get }
                func c()
            }
            struct Q {
                func d() {
                }
            }
            """
        #expect(found(text) == ["b 3-3", "d 7-8"])
    }

    @Test func `a function within another counts by itself and with it`() {
        #expect(found("func a() {\n  func b() {\n  }\n}") == ["b 2-3", "a 1-4"])
    }

    @Test func `functions of C are found by their braces`() {
        let text = """
            #include "a.h"
            struct s { int a; };
            static const int list[] = { 1, 2 };
            static int
            one(int a)
            {
                if (a) { return 1; }
                return 0;
            }
            int two(void) { return 2; }
            """
        let found = CFunctionFinder.functions(in: SourceText(path: "a.c", text, language: .c))
        #expect(found.map(\.name) == ["one", "two"])
        #expect(found.map(\.lines.upperBound) == [9, 10])
        #expect(found.last?.lines.count == 1)
    }
}
