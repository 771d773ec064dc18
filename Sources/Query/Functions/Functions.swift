/// Every function, in the order the manual lists them.
public let functions: [Function] = []
