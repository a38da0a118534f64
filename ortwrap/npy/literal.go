package npy

import (
	"fmt"
	"strconv"
	"strings"
)

// parser reads the little of Python that headers are made of: a dictionary of strings, truth values and tuples.
type parser struct{ rest string }

// parseHeader reads the dictionary. Its keys may come in any order, each once.
func parseHeader(text string) (header, error) {
	var h header
	p, seen := &parser{text}, map[string]bool{}
	if err := p.expect("{"); err != nil {
		return h, err
	}
	for !p.accept("}") {
		key, err := p.quoted()
		if err != nil {
			return h, err
		}
		if seen[key] {
			return h, fmt.Errorf("%w: key %q comes twice", ErrFormat, key)
		}
		seen[key] = true
		if err := p.expect(":"); err != nil {
			return h, err
		}
		switch key {
		case "descr":
			h.descr, err = p.descr()
		case "fortran_order":
			h.fortran, err = p.truth()
		case "shape":
			h.shape, err = p.tuple()
		default:
			err = fmt.Errorf("%w: unknown key %q", ErrFormat, key)
		}
		if err != nil {
			return h, err
		}
		if !p.accept(",") && !strings.HasPrefix(p.rest, "}") {
			return h, p.wrong("a comma or }")
		}
	}
	if len(seen) != 3 {
		return h, fmt.Errorf("%w: expected the keys descr, fortran_order and shape, got %d of them",
			ErrFormat, len(seen))
	}
	if p.space(); p.rest != "" {
		return h, p.wrong("nothing more")
	}
	return h, nil
}

func (p *parser) space() { p.rest = strings.TrimLeft(p.rest, " \t\r\n") }

// accept takes a token where it comes next, and the space around it.
func (p *parser) accept(token string) bool {
	p.space()
	rest, ok := strings.CutPrefix(p.rest, token)
	if p.rest = rest; ok {
		p.space()
	}
	return ok
}

func (p *parser) expect(token string) error {
	if !p.accept(token) {
		return p.wrong(token)
	}
	return nil
}

func (p *parser) wrong(want string) error {
	return fmt.Errorf("%w: expected %s, got %.20q", ErrFormat, want, p.rest)
}

// quoted reads a string. Escapes do not occur in the ones that matter.
func (p *parser) quoted() (string, error) {
	p.space()
	for _, quote := range []string{"'", `"`} {
		rest, ok := strings.CutPrefix(p.rest, quote)
		if !ok {
			continue
		}
		text, rest, ok := strings.Cut(rest, quote)
		if !ok {
			break
		}
		p.rest = rest
		return text, nil
	}
	return "", p.wrong("a string")
}

func (p *parser) descr() (string, error) {
	if p.space(); strings.HasPrefix(p.rest, "[") || strings.HasPrefix(p.rest, "(") {
		return "", fmt.Errorf("%w: an array of records, %.60q: save its fields as arrays of their own",
			ErrUnsupported, p.rest)
	}
	return p.quoted()
}

func (p *parser) truth() (bool, error) {
	if p.accept("True") {
		return true, nil
	}
	return false, p.expect("False")
}

// tuple reads dimensions. Python 2 wrote some with an L behind them.
func (p *parser) tuple() ([]int64, error) {
	if err := p.expect("("); err != nil {
		return nil, err
	}
	var list []int64
	for !p.accept(")") {
		end := strings.IndexFunc(p.rest, func(r rune) bool { return (r < '0' || r > '9') && r != '-' })
		n, err := strconv.ParseInt(p.rest[:max(end, 0)], 10, 64)
		if err != nil {
			return nil, p.wrong("a dimension below 2^63")
		}
		p.rest = strings.TrimPrefix(p.rest[end:], "L")
		list = append(list, n)
		if !p.accept(",") && !strings.HasPrefix(p.rest, ")") {
			return nil, p.wrong("a comma or )")
		}
	}
	return list, nil
}
