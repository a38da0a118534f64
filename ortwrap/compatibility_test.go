package ortwrap_test

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/onnxruntime-builder/onnxruntime-builder/ortwrap/internal/capi"
)

// oldestAPI is the oldest API of ORT on which ortwrap and onnxruntime_go run. internal/capi says the same.
const oldestAPI = 21

// tableFields lists the fields of struct OrtApi up to the end of an API, from a header of that API or a newer one. The
// comment of each function that came after the first release says since when it is there; the table only grows at its
// end.
func tableFields(t *testing.T, header string, api int) []string {
	t.Helper()
	_, table, ok := cut(header, `(?m)^struct OrtApi \{`)
	require.True(t, ok)
	table, _, ok = cut(table, `(?m)^\};`)
	require.True(t, ok)
	pattern := regexp.MustCompile(`\\since Version 1\.(\d+)|ORT_API2_STATUS\((\w+)|ORT_CLASS_RELEASE\((\w+)\)|` +
		`\(ORT_API_CALL\* ?(\w+)\)|\(ORT_API_CALL \*(\w+)\)`)
	var fields []string
	for _, m := range pattern.FindAllStringSubmatch(table, -1) {
		switch {
		case m[1] != "":
			since, err := strconv.Atoi(m[1])
			require.NoError(t, err)
			if since > api {
				return fields
			}
		case m[3] != "":
			fields = append(fields, "Release"+m[3])
		default:
			fields = append(fields, m[2]+m[4]+m[5])
		}
	}
	return fields
}

func cut(text, pattern string) (before, after string, found bool) {
	at := regexp.MustCompile(pattern).FindStringIndex(text)
	if at == nil {
		return text, "", false
	}
	return text[:at[0]], text[at[1]:], true
}

func source(t *testing.T, path string) string {
	t.Helper()
	data, err := os.ReadFile(path)
	require.NoError(t, err)
	return string(data)
}

// calls are the functions of the table that a source file calls.
func calls(text string) []string {
	var names []string
	for _, m := range regexp.MustCompile(`\bort(?:wrap)?_api->(\w+)`).FindAllStringSubmatch(text, -1) {
		names = append(names, m[1])
	}
	return names
}

// TestEveryCalledFunctionExistsInTheOldestAPI is what makes it right to answer onnxruntime_go's request for a newer API
// with the table of an older one.
func TestEveryCalledFunctionExistsInTheOldestAPI(t *testing.T) {
	t.Parallel()
	dir := moduleDir(t)
	header := source(t, filepath.Join(dir, "onnxruntime_c_api.h"))
	known := tableFields(t, header, oldestAPI)

	api, err := strconv.Atoi(regexp.MustCompile(`(?m)^#define ORT_API_VERSION (\d+)$`).FindStringSubmatch(header)[1])
	require.NoError(t, err)
	require.Equal(t, api, capi.BindingAPI)

	// The reading of the header is checked with three functions whose place is known.
	require.Equal(t, "CreateStatus", known[0])
	require.Equal(t, "GetErrorCode", known[1])
	require.Contains(t, known, "SetEpDynamicOptions") // of API 20
	require.NotContains(t, known, "GetTensorSizeInBytes")
	all := tableFields(t, header, 1000)
	require.Contains(t, all, "GetTensorSizeInBytes") // of API 23
	require.Len(t, known, 285)                       // counted in the header of ORT 1.21.0
	require.Equal(t, known, all[:len(known)])

	// Our own table has the same functions in the same order, and only those with a type can be called.
	table, _, ok := cut(source(t, filepath.Join("internal", "capi", "table.h")), `(?m)^\} ortwrap_table;`)
	require.True(t, ok)
	var slots []string
	for _, m := range regexp.MustCompile(`(?m)^  (?:void \*(\w+);|.*\(\*(\w+)\)\()`).FindAllStringSubmatch(table, -1) {
		slots = append(slots, m[1]+m[2])
	}
	require.Equal(t, known, slots)

	theirs := calls(source(t, filepath.Join(dir, "onnxruntime_wrapper.c")))
	require.Greater(t, len(theirs), 80)
	ours := calls(source(t, filepath.Join("internal", "capi", "base.c")))
	files, err := filepath.Glob(filepath.Join("internal", "capi", "*.go"))
	require.NoError(t, err)
	for _, file := range files {
		ours = append(ours, calls(source(t, file))...)
	}
	require.Greater(t, len(ours), 30)
	for _, name := range slices.Concat(theirs, ours) {
		require.Contains(t, known, name, "not in API %d", oldestAPI)
	}
}
