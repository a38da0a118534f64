package store_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/onnxruntime-builder/onnxruntime-builder/build/store"
)

var facts = []store.Fact{
	{"tool", "cxx", "g++ (Debian 12.2.0-14) 12.2.0"},
	{"input", "onnxruntime", "sha256:32df1f82"},
	{"option", "empty", ""},
	{"option", "two\nlines", ` "quoted" `},
	{"option", "CMAKE_BUILD_TYPE", "Release"},
	{"patch", "eigen/1.21.0/0001 a b.patch", "sha256:00"},
}

func TestTextOfAKeyHasOneSortedFactALine(t *testing.T) {
	t.Parallel()
	key, err := store.NewKey(3, facts)
	require.NoError(t, err)
	require.Equal(t, strings.Join([]string{
		`schema 3`,
		`input onnxruntime sha256:32df1f82`,
		`option CMAKE_BUILD_TYPE Release`,
		`option empty ""`,
		`option "two\nlines" " \"quoted\" "`,
		`patch "eigen/1.21.0/0001 a b.patch" sha256:00`,
		`tool cxx g++ (Debian 12.2.0-14) 12.2.0`,
	}, "\n")+"\n", key.Text())
}

func TestOrderOfFactsDoesNotMatterAndEveryFactDoes(t *testing.T) {
	t.Parallel()
	key, err := store.NewKey(1, facts)
	require.NoError(t, err)
	turned := append(append([]store.Fact{}, facts[3:]...), facts[:3]...)
	same, err := store.NewKey(1, turned)
	require.NoError(t, err)
	require.Equal(t, key.ID(), same.ID())

	other, err := store.NewKey(2, facts)
	require.NoError(t, err)
	require.NotEqual(t, key.ID(), other.ID())
	for i := range facts {
		for _, change := range []func(*store.Fact){
			func(f *store.Fact) { f.Group += "x" },
			func(f *store.Fact) { f.Name += "x" },
			func(f *store.Fact) { f.Value += "x" },
		} {
			changed := append([]store.Fact{}, facts...)
			change(&changed[i])
			other, err := store.NewKey(1, changed)
			require.NoError(t, err)
			require.NotEqual(t, key.ID(), other.ID())
		}
	}
}

func TestFactsThatMakeNoKeyAreRefused(t *testing.T) {
	t.Parallel()
	for want, facts := range map[string][]store.Fact{
		`"tool cxx" is stated twice: "12" and "13"`: {{"tool", "cxx", "12"}, {"option", "a", "b"}, {"tool", "cxx", "13"}},
		`"tool cxx" is stated twice: "12" and "12"`: {{"tool", "cxx", "12"}, {"tool", "cxx", "12"}},
		"the group is not a lower-case word":        {{"Tool", "cxx", "12"}},
		"fact \" cxx 12\"":                          {{"", "cxx", "12"}},
		"the name is empty":                         {{"tool", "", "12"}},
	} {
		_, err := store.NewKey(1, facts)
		require.ErrorContains(t, err, want)
	}
	_, err := store.NewKey(-1, nil)
	require.ErrorContains(t, err, "negative")
}

func TestParseKeyRefusesEveryOtherSpelling(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"":                                 "line 1",
		"schema one\n":                     "line 1",
		"schema 01\n":                      "normal form",
		"schema 1":                         "normal form",
		"schema 1\ntool cxx 12":            "normal form",
		"schema 1\ntool b 1\ntool a 1\n":   "normal form",
		"schema 1\ntool \"cxx\" 12\n":      "normal form",
		"schema 1\ntool cxx \"12\"\n":      "normal form",
		"schema 1\ntool cxx 12 \n":         "normal form",
		"schema 1\ntool cxx\n":             "normal form",
		"schema 1\n\n":                     "line 2: a word is missing",
		"schema 1\na b c\ntool \"cxx 12\n": "line 3: a quotation mark does not close",
		"schema 1\ntool cxx \"12\n":        "line 2: \"\\\"12\" is not well quoted",
		"schema 1\ntool a 1\ntool a 1\n":   "stated twice",
	} {
		_, err := store.ParseKey(text)
		require.ErrorContains(t, err, want, "%q", text)
	}
}

func TestAnyFactsAreReadBackAsTheyWere(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		facts := rapid.SliceOfNDistinct(rapid.Custom(func(t *rapid.T) store.Fact {
			return store.Fact{
				Group: rapid.StringMatching(`[a-z][a-z0-9-]*`).Draw(t, "group"),
				Name:  string(rapid.SliceOfN(rapid.Byte(), 1, 9).Draw(t, "name")),
				Value: rapid.String().Draw(t, "value"),
			}
		}), 0, 9, func(f store.Fact) string { return f.Group + " " + f.Name }).Draw(t, "facts")
		key, err := store.NewKey(1, facts)
		require.NoError(t, err)
		back, err := store.ParseKey(key.Text())
		require.NoError(t, err)
		require.Equal(t, key, back)
		require.ElementsMatch(t, facts, back.Facts())
	})
}

func FuzzParseKey(f *testing.F) {
	key, err := store.NewKey(1, facts)
	require.NoError(f, err)
	f.Add(key.Text())
	f.Add("schema 1\n")
	f.Add("schema 1\ntool \"a\\x00\" \"\\xff\"\n")
	f.Fuzz(func(t *testing.T, text string) {
		key, err := store.ParseKey(text)
		if err != nil {
			require.Empty(t, key.Text())
			return
		}
		require.Equal(t, text, key.Text())
	})
}

func FuzzParseContents(f *testing.F) {
	f.Add("contents 1\n")
	f.Add("contents 1\nlink ../lib/libx.a bin/link\ndir empty folder\nfile 0444 10 " +
		"sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad lib/libx.a\n")
	f.Add("contents 1\nlink \"a b\" \"\\n\"\n")
	f.Fuzz(func(t *testing.T, text string) {
		if normal, err := store.NormalContents(text); err == nil {
			require.Equal(t, text, normal)
		}
	})
}
