package ortwrap

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// settings are options of a provider as ORT takes them: keys in alphabetic order, and their values.
type settings struct{ keys, values []string }

// rule says which values an option takes.
type rule struct {
	text string
	ok   func(string) bool
}

var (
	flagRule = oneOf("0", "1")
	pathRule = rule{"a path", func(s string) bool { return s != "" && !strings.Contains(s, "\x00") }}
)

func oneOf(list ...string) rule {
	return rule{"one of " + strings.Join(list, ", "), func(s string) bool { return slices.Contains(list, s) }}
}

// check makes an error of a value that breaks the rule.
func (r rule) check(provider, key, value string) error {
	if r.ok(value) {
		return nil
	}
	return fmt.Errorf("%w: %s: %s is %q: expected %s", ErrProviderOption, provider, key, value, r.text)
}

// anyRule is for options that only a newer ORT knows: it says itself whether it does.
var anyRule = rule{"text without zero bytes", func(s string) bool { return !strings.Contains(s, "\x00") }}

// newSettings joins the options that fields stand for (without the empty ones, which are ORT's defaults) with extra
// ones, which have rules. Where there are no rules, ORT decides.
func newSettings(provider string, fields, extra map[string]string, rules map[string]rule) (settings, error) {
	all := maps.Clone(fields)
	maps.DeleteFunc(all, func(_, value string) bool { return value == "" })
	for _, key := range slices.Sorted(maps.Keys(extra)) {
		if _, ok := fields[key]; ok {
			return settings{}, fmt.Errorf("%w: %s: %q has a field of its own: set that instead of Extra",
				ErrProviderOption, provider, key)
		}
		r, ok := rules[key]
		if rules == nil {
			r, ok = anyRule, key != "" && !strings.Contains(key, "\x00")
		}
		if !ok {
			return settings{}, fmt.Errorf("%w: %s: there is no %q: expected one of %s", ErrProviderOption, provider, key,
				strings.Join(slices.Sorted(maps.Keys(rules)), ", "))
		}
		if err := r.check(provider, key, extra[key]); err != nil {
			return settings{}, err
		}
		all[key] = extra[key]
	}
	s := settings{keys: slices.Sorted(maps.Keys(all))}
	for _, key := range s.keys {
		s.values = append(s.values, all[key])
	}
	return s, nil
}
