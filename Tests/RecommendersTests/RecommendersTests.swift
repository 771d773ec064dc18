import Testing

@Suite struct RecommendersTests {}
