package onnxpb

import (
	"errors"
	"fmt"
)

// ErrCalls says that the functions of a model call themselves, or one another too deep. ORT puts the body of a function
// in place of each call, and runs out of stack on such models.
var ErrCalls = errors.New("functions call one another without end")

// maxCalls bounds how deep calls may nest. Exporters write a few levels.
const maxCalls = 1000

// operator names what a node computes: an operator or a function of the model.
type operator struct{ domain, name, overload string }

// checkFunctions makes sure that calls between the functions of a model come to an end. parts are those of functions
// and of others.
func checkFunctions(s *scanner, parts []part) error {
	calls := map[operator]map[operator]int{}
	for _, p := range parts {
		if p.id != functionField {
			continue
		}
		message, err := s.read(p)
		if err != nil {
			return err
		}
		if err := parseCalls(message, calls); err != nil {
			return fmt.Errorf("%s: %w", modelParts[functionField], err)
		}
	}
	return checkCalls(calls)
}

// parseCalls adds what the function of a FunctionProto calls.
func parseCalls(message []byte, calls map[operator]map[operator]int) error {
	var own operator
	body := Graph{Operators: map[string]int{}, operators: map[operator]int{}}
	err := fields(message, func(f field) error {
		switch f.id {
		case 1: // name
			own.name = string(f.data)
		case 10: // domain
			own.domain = string(f.data)
		case 13: // overload
			own.overload = string(f.data)
		}
		return nil
	})
	if err != nil {
		return err
	}
	if calls[own] == nil {
		calls[own] = body.operators
	} else {
		body.operators = calls[own] // defined twice
	}
	return body.function(message)
}

// checkCalls takes away functions that nobody calls, and then those that only they called, and so on. What is left at
// the end calls itself.
func checkCalls(calls map[operator]map[operator]int) error {
	callers := map[operator]int{}
	for _, callees := range calls {
		for callee := range callees {
			callers[callee]++
		}
	}
	depth := map[operator]int{}
	var free []operator
	for f := range calls {
		if callers[f] == 0 {
			free = append(free, f)
		}
	}
	taken := 0
	for ; len(free) > 0; taken++ {
		f := free[len(free)-1]
		free = free[:len(free)-1]
		for callee := range calls[f] {
			if _, isFunction := calls[callee]; !isFunction {
				continue
			}
			if depth[callee] = max(depth[callee], depth[f]+1); depth[callee] > maxCalls {
				return fmt.Errorf("%w: more than %d calls deep", ErrCalls, maxCalls)
			}
			if callers[callee]--; callers[callee] == 0 {
				free = append(free, callee)
			}
		}
	}
	if taken < len(calls) {
		return ErrCalls
	}
	return nil
}
