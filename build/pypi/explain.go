package pypi

import (
	"errors"
	"fmt"
	"regexp"
	"strings"
	"syscall"

	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/digest"
	"github.com/onnxruntime-builder/onnxruntime-builder/build/internal/run"
)

var (
	wantedPattern   = regexp.MustCompile(`Expected sha256 ([0-9a-f]{64})`)
	gotPattern      = regexp.MustCompile(`Got\s+([0-9a-f]{64})`)
	versionsPattern = regexp.MustCompile(`\(from versions: ([^)]*)\)`)
	reasonPattern   = regexp.MustCompile(`(?:\[Errno -?\d+\] |certificate verify failed: )([A-Za-z][^'"()\n]*)`)
)

// network are words of pip that tell of a connection, not of a file.
var network = []string{
	"connection broken by", "Could not fetch URL", "ReadTimeoutError", "ConnectTimeoutError", "IncompleteRead",
	"ProtocolError", "ConnectionResetError", "CERTIFICATE_VERIFY_FAILED", "CERTIFICATE BUNDLE", "ProxyError",
}

// explain turns the end of a failed pip into what it means. Other errors pass.
func explain(err error) error {
	var exit *run.ExitError
	if !errors.As(err, &exit) {
		return err
	}
	return &pipError{plain: meaning(exit), exit: exit}
}

func meaning(exit *run.ExitError) error {
	text := exit.Tail
	if strings.Contains(text, "DO NOT MATCH THE HASHES") {
		want, got := wantedPattern.FindStringSubmatch(text), gotPattern.FindStringSubmatch(text)
		if want != nil && got != nil {
			return mismatch(want[1], got[1])
		}
	}
	if strings.Contains(text, "[Errno 28]") {
		return syscall.ENOSPC
	}
	versions := versionsPattern.FindStringSubmatch(text)
	if versions != nil && versions[1] != "none" {
		return fmt.Errorf("%w: it has the versions %s", ErrNoVersion, versions[1])
	}
	for _, words := range network { // before the next: what cannot be asked for is also not found
		if !strings.Contains(text, words) {
			continue
		}
		if reason := reasonPattern.FindStringSubmatch(text); reason != nil {
			return fmt.Errorf("%w: %s", ErrUnreachable, strings.TrimSpace(reason[1]))
		}
		return ErrUnreachable
	}
	if strings.Contains(text, "No matching distribution found") {
		return ErrNoVersion
	}
	for line := range strings.Lines(text) {
		if reason, ok := strings.CutPrefix(line, "ERROR: "); ok {
			return fmt.Errorf("pip failed: %s", strings.TrimSpace(reason))
		}
	}
	return fmt.Errorf("pip failed: %w", exit)
}

func mismatch(want, got string) error {
	w, err := digest.Parse(want)
	if err != nil {
		return err
	}
	g, err := digest.Parse(got)
	if err != nil {
		return err
	}
	return &MismatchError{Want: w, Got: g}
}
