import Testing

@Suite struct ParallelismTests {}
