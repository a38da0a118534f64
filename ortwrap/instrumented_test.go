//go:build asan || race

package ortwrap_test

// instrumented programs need more memory, allocate where others don't, and run C's exit handlers when they end.
const instrumented = true
