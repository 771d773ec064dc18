import Testing

@Suite struct ViewerTests {}
