import Testing

@Suite struct ExperimentsTests {}
