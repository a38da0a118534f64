package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"

	"github.com/onnxruntime-builder/onnxruntime-builder/ortwrap/npy"
)

// peer measures the Python package onnxruntime-gpu. Where that is not installed the report has no latencies, and says
// why.
func peer(ctx context.Context, o options) report {
	r := report{Variant: "onnxruntime-gpu"}
	folder, err := os.MkdirTemp("", "gpucheck-*")
	if err != nil {
		r.add("", "measured", err)
		return r
	}
	defer os.RemoveAll(folder)
	for _, m := range models {
		var l struct {
			latency
			Version string
		}
		l.Model = m.name
		if err := m.measurePeer(ctx, o, folder, &l); err != nil {
			r.add(m.name, "measured", fmt.Errorf("%w: %w", errSkip, err))
			if len(r.Latencies) == 0 { // it would not be there for the others either
				return r
			}
			continue
		}
		r.Provider = "onnxruntime-gpu " + l.Version
		r.Latencies = append(r.Latencies, l.latency)
	}
	return r
}

// measurePeer writes what peer.py needs to a folder, and starts it.
func (m model) measurePeer(ctx context.Context, o options, folder string, result any) error {
	program, err := files.ReadFile("peer.py")
	if err != nil {
		return err
	}
	data, err := bytes(m.name)
	if err != nil {
		return err
	}
	input, err := m.input()
	if err != nil {
		return err
	}
	defer input.Destroy()
	script, path := filepath.Join(folder, "peer.py"), filepath.Join(folder, m.name)
	if err := os.WriteFile(script, program, 0o600); err != nil {
		return err
	}
	if err := os.WriteFile(path+".onnx", data, 0o600); err != nil {
		return err
	}
	if err := npy.WriteFile(path+".npy", input); err != nil {
		return err
	}
	limited, cancel := context.WithTimeout(ctx, childTime)
	defer cancel()
	return answer(limited, exec.CommandContext(limited, o.python, script, path+".onnx", path+".npy", strconv.Itoa(o.runs)),
		result)
}
