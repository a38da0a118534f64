package command

import (
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/onnxruntime-builder/onnxruntime-builder/ortwrap"
)

// settings say how a session is opened.
type settings struct {
	Provider     string `json:"provider"`
	Threads      int    `json:"threads"` // 0: one a core
	Optimization string `json:"optimization"`
}

var defaults = settings{Provider: "auto", Optimization: "all"}

var optimizations = map[string]ortwrap.Optimization{
	"none": ortwrap.OptimizeNone, "basic": ortwrap.OptimizeBasic,
	"extended": ortwrap.OptimizeExtended, "all": ortwrap.OptimizeAll,
}

// flags adds --provider and --optimization, and --threads where a command takes one number of them.
func (s *settings) flags(c *cobra.Command, threads bool) {
	*s = defaults
	f := c.Flags()
	f.StringVar(&s.Provider, "provider", s.Provider, "`name` of what computes: "+strings.Join(providerNames, ", "))
	f.StringVar(&s.Optimization, "optimization", s.Optimization,
		"`level` of graph optimization: none, basic, extended, all")
	if threads {
		f.IntVar(&s.Threads, "threads", 0, "threads that work on one operator; 0 is one a core")
	}
	completeFlag(c, "provider", providerNames...)
	completeFlag(c, "optimization", "none", "basic", "extended", "all")
}

// completeFlag lets shells complete a flag's value. The flag must exist, which the tests see to.
func completeFlag(c *cobra.Command, name string, values ...string) {
	_ = c.RegisterFlagCompletionFunc(name, cobra.FixedCompletions(values, cobra.ShellCompDirectiveNoFileComp))
}

// builder is the start of a session with these settings. Its error is wrong use.
func (s settings) builder(model string) (ortwrap.SessionBuilder, error) {
	b := ortwrap.NewSession().FromFile(model).WithThreads(s.Threads)
	level, ok := optimizations[s.Optimization]
	if !ok {
		return b, usagef("optimization %q: expected none, basic, extended or all", s.Optimization)
	}
	if s.Threads < 0 {
		return b, usagef("%d threads: expected 0 (one a core) or more", s.Threads)
	}
	if !slices.Contains(providerNames, s.Provider) {
		return b, usagef("provider %q: expected %s", s.Provider, strings.Join(providerNames, ", "))
	}
	return withProvider(b.WithOptimization(level), s.Provider), nil
}

// open opens a model with these settings.
func (s settings) open(model string) (*ortwrap.Session, error) {
	b, err := s.builder(model)
	if err != nil {
		return nil, err
	}
	return b.Open()
}
