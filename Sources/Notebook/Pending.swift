import Diagnostics
import Display
import Formats
import Query
import Tables
struct ItemLink { init(rank: Int, name: String?, url: String) {} }
func itemLinks(_ l: [ItemLink], page: Page) -> StyledText { StyledText("") }
extension Table { var markdown: String { "" } }
