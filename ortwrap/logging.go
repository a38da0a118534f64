package ortwrap

import (
	"context"
	"log/slog"
	"strings"
	"sync"
	"time"

	"github.com/onnxruntime-builder/onnxruntime-builder/ortwrap/internal/capi"
)

// SetLogger sets where the messages of this package and of ORT go, for the whole process. Nil, as at the start, is
// silence: ORT writes nothing to standard error either. It may be called at any time and in any goroutine.
//
// A message of ORT has the attributes "category", "logid" and "location" (file, line and function in ORT's source). Its
// verbose messages are [slog.LevelDebug], fatal ones [slog.LevelError] + 4.
//
// The levels that are enabled now settle what ORT puts into words at all. A session keeps the level that it was opened
// with: after a change, open it again. See also [SessionBuilder.WithLogLevel].
//
// The handler is called in the midst of calls to this package, by any number of goroutines at the same time. It may
// call this package, also to open sessions, but no method of the session whose call made ORT log, or of its bindings, nor
// [Shutdown], which waits for that call; nor may it panic.
func SetLogger(l *slog.Logger) {
	env.lock.Lock()
	defer env.lock.Unlock()
	env.log.set(l)
	if env.ready {
		_ = env.native.SetSeverity(env.log.severity()) // cannot fail: it sets a number
	}
}

// logging is where messages go. The environment's lock guards it.
type logging struct {
	logger *slog.Logger // nil: nowhere
	sink   func(capi.Message)
}

func (l *logging) set(logger *slog.Logger) {
	l.logger, l.sink = logger, nil
	if logger != nil {
		l.sink = func(m capi.Message) { emit(logger.Handler(), m) }
	}
	capi.LogTo(l.sink)
}

// severity is that of the least message that the logger wants.
func (l *logging) severity() int {
	if l.logger != nil {
		for s := range capi.SeverityFatal { // SeverityVerbose is 0
			if l.logger.Enabled(context.Background(), logLevels[s]) {
				return s
			}
		}
	}
	return capi.SeverityFatal
}

// hold keeps messages back until the function that it returns is called.
func (l *logging) hold() (deliver func()) {
	if l.sink == nil {
		return func() {}
	}
	var lock sync.Mutex
	var held []capi.Message
	capi.LogTo(func(m capi.Message) {
		lock.Lock()
		defer lock.Unlock()
		held = append(held, m)
	})
	return func() {
		env.lock.Lock()
		sink := env.log.sink
		capi.LogTo(sink)
		env.lock.Unlock()
		lock.Lock()
		messages := held
		lock.Unlock()
		for _, m := range messages {
			if sink != nil {
				sink(m)
			}
		}
	}
}

// logLevels has the level of each severity of ORT.
var logLevels = [...]slog.Level{
	capi.SeverityVerbose: slog.LevelDebug,
	capi.SeverityInfo:    slog.LevelInfo,
	capi.SeverityWarning: slog.LevelWarn,
	capi.SeverityError:   slog.LevelError,
	capi.SeverityFatal:   slog.LevelError + 4,
}

// severityOf is the least severity that a level lets through.
func severityOf(level slog.Level) int {
	for s, l := range logLevels {
		if l >= level {
			return s
		}
	}
	return capi.SeverityFatal
}

func emit(h slog.Handler, m capi.Message) {
	ctx := context.Background()
	level := logLevels[min(max(m.Severity, 0), len(logLevels)-1)]
	if !h.Enabled(ctx, level) {
		return
	}
	// Without a program counter: a handler that adds the source would name this line.
	r := slog.NewRecord(time.Now(), level, strings.TrimSpace(m.Text), 0)
	r.AddAttrs(slog.String("category", m.Category), slog.String("logid", m.ID), slog.String("location", m.Location))
	_ = h.Handle(ctx, r) // a log has nowhere to report its own failure
}

// currentLogger is the user's logger, or one that drops everything.
func currentLogger() *slog.Logger {
	env.lock.Lock()
	defer env.lock.Unlock()
	if env.log.logger == nil {
		return slog.New(slog.DiscardHandler)
	}
	return env.log.logger
}
