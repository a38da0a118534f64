//go:build !asan && !race

package ortwrap_test

const instrumented = false
