package command

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/onnxruntime-builder/onnxruntime-builder/ortwrap"
	"github.com/onnxruntime-builder/onnxruntime-builder/ortwrap/cmd/ortrun/internal/measure"
)

// benchCase is one thing that bench measures.
type benchCase struct {
	settings
	Batch   int64  `json:"batch"`   // the size of the first dimension that the model leaves open
	Callers int    `json:"callers"` // goroutines that run one session at the same time
	Name    string `json:"-"`
}

// with changes a case as a value of --compare says: "threads=1,batch=8".
func (c benchCase) with(text string) (benchCase, error) {
	c.Name = text
	for pair := range strings.SplitSeq(text, ",") {
		key, value, _ := strings.Cut(pair, "=")
		var err error
		switch key {
		case "provider":
			c.Provider = value
		case "optimization":
			c.Optimization = value
		case "threads":
			c.Threads, err = strconv.Atoi(value)
		case "callers":
			c.Callers, err = strconv.Atoi(value)
		case "batch":
			c.Batch, err = strconv.ParseInt(value, 10, 64)
		default:
			err = fmt.Errorf("unknown setting %q: expected provider, threads, optimization, batch or callers", key)
		}
		if err != nil {
			return c, usagef("--compare %q: %w", text, err)
		}
	}
	return c, c.check()
}

func (c benchCase) check() error {
	switch {
	case c.Batch < 1:
		return usagef("batch %d: expected 1 or more", c.Batch)
	case c.Callers < 1:
		return usagef("%d callers: expected 1 or more", c.Callers)
	}
	_, err := c.builder("x")
	return err
}

// benchRun is a case with its model open.
type benchRun struct {
	benchCase
	session *ortwrap.Session
	inputs  []ortwrap.Value // in the model's order
	load    time.Duration
}

// start opens the model and makes its inputs. The caller closes the result. Cases that take turns must not spin: idle
// threads of one would keep the cores from the other.
func (c benchCase) start(model string, in *inputFlags, turns bool) (*benchRun, error) {
	builder, err := c.builder(model)
	if err != nil {
		return nil, err
	}
	if turns {
		builder = withoutSpinning(builder)
	}
	begin := time.Now()
	session, err := builder.Open()
	if err != nil {
		return nil, err
	}
	r := &benchRun{benchCase: c, session: session, load: time.Since(begin)}
	given, err := in.values(session, c.Batch)
	if err != nil {
		r.close()
		return nil, err
	}
	for _, info := range session.Inputs() {
		r.inputs = append(r.inputs, given.values[info.Name])
	}
	return r, nil
}

func (r *benchRun) close() {
	destroy(r.inputs)
	r.session.Close()
}

// subject runs the model and frees its outputs. What freeing takes does not count.
func (r *benchRun) subject() measure.Subject {
	return measure.Subject{Callers: r.Callers, Run: func(ctx context.Context) (time.Duration, error) {
		begin := time.Now()
		outputs, err := r.session.Run(ctx, r.inputs...)
		took := time.Since(begin)
		destroy(outputs)
		return took, err
	}}
}

// destroy frees values, among which may be optionals without content.
func destroy(list []ortwrap.Value) {
	for _, v := range list {
		if v != nil {
			v.Destroy()
		}
	}
}

// destroyAll frees the values of a map.
func destroyAll(m map[string]ortwrap.Value) { destroy(slices.Collect(maps.Values(m))) }
