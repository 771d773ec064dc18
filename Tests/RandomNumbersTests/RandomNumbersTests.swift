import Testing

@Suite struct RandomNumbersTests {}
