import Diagnostics
import Spark
import Testing

@Suite struct AddressTests {
  @Test func `an address says who listens where`() throws {
    let address = try SparkAddress("sc://spark.example.org:443/;token=abc.def;user_id=ann;use_ssl=true")
    #expect(address.host == "spark.example.org")
    #expect(address.port == 443)
    #expect(address.token == "abc.def")
    #expect(address.user == "ann")
    #expect(address.isEncrypted)
    #expect(try SparkAddress("sc://localhost").port == 15_002)
    #expect(try SparkAddress("sc://[::1]:7").host == "[::1]")
  }

  @Test func `a token goes nowhere without TLS unless that is asked for, and is never shown`() throws {
    #expect(try SparkAddress("sc://host:1/;token=x").isEncrypted)
    #expect(try !SparkAddress("sc://host:1/;token=x;use_ssl=false").isEncrypted)
    #expect(try !SparkAddress("sc://127.0.0.1:1/;token=x").isEncrypted)
    #expect(try !SparkAddress("sc://host:1/;token=secret").shown.contains("secret"))
  }

  @Test(arguments: [
    "https://host", "sc://", "sc://:15002", "sc://host:0", "sc://host:70000", "sc://host:x", "sc://host/;tokn=a",
    "sc://host/;use_ssl=maybe", "sc://a@b:1", "sc://host/;token=a b", "sc://host\n",
  ])
  func `what is no address is refused`(typed: String) {
    #expect(throws: Diagnostic.self) { try SparkAddress(typed) }
  }

  @Test func `what a server has against a call is its class and its first line`() {
    let text =
      "[UNRESOLVED_COLUMN.WITH_SUGGESTION] A column `produkt` cannot be resolved. SQLSTATE: 42703;%0A'Filter%20x%0A"
    let refusal = SparkRefusal(status: 13, message: text)
    #expect(refusal.message == "[UNRESOLVED_COLUMN.WITH_SUGGESTION] A column `produkt` cannot be resolved.")
    #expect(refusal.errorClass == "UNRESOLVED_COLUMN.WITH_SUGGESTION")
    #expect(refusal.diagnostic(of: "sc://host:1").message.hasPrefix("spark: [UNRESOLVED_COLUMN"))
    #expect(SparkRefusal(status: 16, message: "").diagnostic(of: "sc://host:1").message.contains("does not accept"))
    let closed = SparkRefusal(status: 13, message: "[INVALID_HANDLE.SESSION_CLOSED] The handle x is invalid.")
    #expect(closed.diagnostic(of: "sc://host:1").message.contains("has ended"))
    #expect(SparkRefusal(status: 2, message: "a%1B[31mb%").message == "a[31mb%")
  }
}
