package ortwrap_test

import (
	"testing"

	"go.uber.org/goleak"
)

// No test may leave a goroutine behind, whether it runs models, stops them or is told what ORT logs.
func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }
