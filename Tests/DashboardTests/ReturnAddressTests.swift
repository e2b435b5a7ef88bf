import Testing

@testable import Dashboard

@Suite struct ReturnAddressTests {
    @Test(arguments: ["/", "/hosts", "/p/lantern?before=1&x=%2F", "/runs/1#log"])
    func `a page of this site is taken`(_ given: String) {
        #expect(ReturnAddress(given).text == given)
    }

    @Test(arguments: [
        "", "//evil.example", "/\\evil.example", "https://evil.example/", "javascript:alert(1)",
        "hosts", "/\t/evil.example", "/a\r\nSet-Cookie: x=1", "/ä", "/sign-in", "/sign-in?a=b",
        "/" + String(repeating: "a", count: 3000),
    ])
    func `any other address leads home`(_ given: String) {
        #expect(ReturnAddress(given).text == "/")
    }

    @Test func `no address leads home`() {
        #expect(ReturnAddress(nil).text == "/")
    }
}
