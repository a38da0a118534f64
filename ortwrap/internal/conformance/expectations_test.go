package conformance_test

import (
	"io/fs"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/onnxruntime-builder/onnxruntime-builder/ortwrap"
	"github.com/onnxruntime-builder/onnxruntime-builder/ortwrap/internal/conformance"
)

const list = `
# comment
1.21 passes 2
1.21 fails test_wrong data: reason of several words
1.22 passes 9
`

func TestTheListIsReadByRelease(t *testing.T) {
	t.Parallel()
	e, err := conformance.Parse(list, "1.21")
	require.NoError(t, err)
	require.True(t, e.Known)
	require.Equal(t, 2, e.Passes)
	require.Equal(t, "data: reason of several words", e.Fails["test_wrong"])
	other, err := conformance.Parse(list, "1.30")
	require.NoError(t, err)
	require.Equal(t, "1.30", other.Release)
	require.False(t, other.Known)
	require.Empty(t, other.Fails)

	for text, want := range map[string]string{
		"1.21 passes":                  "known_failures.txt:1: expected RELEASE",
		"\n1.22 passes many":           "known_failures.txt:2: expected a number",
		"1.21 fails test_a":            `"test_a" has no reason`,
		"1.21 explodes test_a why":     `unknown word "explodes"`,
		"1.2 fails a b\n1.2 fails a c": "listed twice",
	} {
		_, err := conformance.Parse(text, "1.2")
		require.ErrorContains(t, err, want)
	}
}

func TestTheEmbeddedListIsInOrder(t *testing.T) {
	t.Parallel()
	// The share of the cases that pass among those that can be tried. ONNX 1.18 came with operators that were new to
	// ORT 1.23.
	for version, share := range map[string]float64{"1.21.0": 0.97, "1.23.2": 0.94} {
		e, err := conformance.Expect(version, conformance.Provider{})
		require.NoError(t, err)
		require.True(t, strings.HasPrefix(version, e.Release+"."), version)
		require.True(t, e.Known, version)
		require.GreaterOrEqual(t, float64(e.Passes), share*float64(e.Passes+len(e.Fails)), version)
		for name, reason := range e.Fails {
			require.Regexp(t, `^(ORT|data): `, reason, name)
		}
	}
	dnnl, err := conformance.Expect("1.21.0", conformance.On("dnnl", ortwrap.DNNL{}))
	require.NoError(t, err)
	require.True(t, dnnl.Known)
	require.NotZero(t, dnnl.Passes)
	for name, reason := range dnnl.Fails {
		require.Regexp(t, `^(ORT|oneDNN|data): `, reason, name)
	}
	none, err := conformance.Expect("strange", conformance.Provider{})
	require.NoError(t, err)
	require.False(t, none.Known)
}

func TestARunIsJudgedByWhatIsKnown(t *testing.T) {
	t.Parallel()
	s := run(t)
	cases := []struct {
		name, list string
		whole      bool
		stale      []string
		fresh      int
		problems   []string // parts of
	}{
		{"as known", "1 fails test_wrong why", false, nil, 0, nil},
		{"new failure", "1 passes 2", false, nil, 1, nil},
		{"stale", "1 fails test_wrong why\n1 fails test_half why", false, []string{"test_half"}, 0, nil},
		{"unsupported is stale", "1 fails test_wrong why\n1 fails test_unknown why", false, []string{"test_unknown"}, 0, nil},
		{
			"whole", "1 passes 3\n1 fails test_wrong why\n1 fails test_gone why", true, nil, 0,
			[]string{"1 listed cases are not among", "2 cases passed, at least 3 should"},
		},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			e, err := conformance.Parse(c.list, "1")
			require.NoError(t, err)
			v := e.Judge(s, c.whole)
			require.Equal(t, c.stale, v.Stale)
			require.Len(t, v.New, c.fresh)
			require.Len(t, v.Problems, len(c.problems))
			for i, part := range c.problems {
				require.Contains(t, v.Problems[i], part)
			}
			require.Equal(t, c.stale == nil && c.fresh == 0 && c.problems == nil, v.Good())
		})
	}
}

// A provider that takes nothing has no failure either, and two builds of it agree.
func TestARunThatShowsNothingIsNotGood(t *testing.T) {
	t.Parallel()
	result := func(status conformance.Status) conformance.Result {
		return conformance.Result{Case: "test_x", Status: status}
	}
	for name, c := range map[string]struct {
		summary conformance.Summary
		whole   bool
		want    string // in the only problem
	}{
		"nothing taken": {
			conformance.Summary{Results: []conformance.Result{result(conformance.NotTaken)}, NotTaken: 1}, true, "none of 1 cases was tried",
		},
		"a part, nothing taken": {
			conformance.Summary{Results: []conformance.Result{result(conformance.Unsupported)}, Unsupported: 1}, false, "none of 1 cases was tried",
		},
		"nothing passed": {
			conformance.Summary{Results: []conformance.Result{result(conformance.Failed)}, Failed: 1}, true, "none of 1 cases passed",
		},
		"a part, nothing passed": { // what fails is judged by itself
			conformance.Summary{Results: []conformance.Result{result(conformance.Failed)}, Failed: 1}, false, "",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			listed, err := conformance.Parse("1 fails test_x why\n1 passes 0", "1")
			require.NoError(t, err)
			unlisted, err := conformance.Parse("", "1")
			require.NoError(t, err)
			for _, problems := range [][]string{
				listed.Judge(c.summary, c.whole).Problems, unlisted.JudgeUnlisted(c.summary, c.whole).Problems,
			} {
				if c.want == "" {
					require.Empty(t, problems)
					continue
				}
				require.Len(t, problems, 1)
				require.Contains(t, problems[0], c.want)
			}
		})
	}
}

func TestAReleaseWithoutAListIsToldWhatItsLinesWouldBe(t *testing.T) {
	t.Parallel()
	s := run(t)
	e, err := conformance.Parse(list, "1.30")
	require.NoError(t, err)
	v := e.Judge(s, true)
	require.Len(t, v.New, 1)
	require.Equal(t, []string{"nothing is known about release 1.30: look into what failed, " +
		"and add its lines to internal/conformance/known_failures.txt"}, v.Problems)
	require.Empty(t, e.Judge(s, false).Problems, "of a part nothing can be said as a whole")
	require.True(t, e.JudgeUnlisted(s, true).Good(), "something passed")

	lines := e.Lines(s)
	require.Len(t, lines, 2)
	require.Equal(t, "1.30 passes 2", lines[0])
	require.Contains(t, lines[1], "1.30 fails test_wrong data set 1: ")
	added, err := conformance.Parse(strings.Join(lines, "\n"), "1.30")
	require.NoError(t, err)
	require.True(t, added.Judge(s, true).Good(), "with these lines the run is as known")
}

func FuzzExpectations(f *testing.F) {
	f.Add(list)
	lists, err := fs.Glob(conformance.KnownFailures, "*")
	require.NoError(f, err)
	for _, list := range lists {
		text, err := conformance.KnownFailures.ReadFile(list)
		require.NoError(f, err)
		f.Add(string(text))
	}
	f.Fuzz(func(t *testing.T, text string) {
		e, err := conformance.Parse(text, "1.21")
		if err == nil {
			require.GreaterOrEqual(t, e.Passes, 0)
		}
	})
}
