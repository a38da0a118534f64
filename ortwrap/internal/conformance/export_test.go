package conformance

// What only tests need to see.
var (
	Compare       = compare
	Parse         = parseExpectations
	KnownFailures = knownFailures
)
