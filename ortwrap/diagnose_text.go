package ortwrap

import (
	"fmt"
	"regexp"
	"strconv"

	"github.com/onnxruntime-builder/onnxruntime-builder/ortwrap/internal/onnxpb"
)

// What ORT says of opsets and operators, in 1.21 to 1.23. Where the words change, ORT's own text is what a user sees.
var (
	newerOpset = regexp.MustCompile(
		`Opset (\d+) is under development.* official support for domain (\S+) is till opset (\d+)`)
	newerFormat      = regexp.MustCompile(`Unsupported model IR version: (\d+), max supported IR version: (\d+)`)
	unregistered     = regexp.MustCompile(`Fatal error: (\S*):(\S+)\(-?\d+\) is not a registered function/op`)
	unknownInOpset   = regexp.MustCompile(`No Op registered for (\S+) with domain_version of (\d+)`)
	nodeDomain       = regexp.MustCompile(`In Node, \(".*?", [^,]*, "(.*?)", `)
	missingOpset     = regexp.MustCompile(`No opset import for domain '(.*?)'`)
	unknownType      = regexp.MustCompile(`(?:MLDataType for: |Invalid tensor data )(type \d+|\S+)`)
	wrongType        = regexp.MustCompile(`Type '(.*?)' of input parameter \((.*?)\) of operator \((.*?)\) in node \((.*?)\) is invalid`)
	noImplementation = regexp.MustCompile(`Could not find an implementation for (\S+)\((\d+)\) node with name '(.*?)'`)
)

// explainOpset finds models that are newer than ORT.
func explainOpset(text string) error {
	if m := newerOpset.FindStringSubmatch(text); m != nil {
		convert := "export the model for an older opset"
		if m[2] == onnxpb.OwnDomain {
			convert = fmt.Sprintf("convert the model with onnx.version_converter.convert_version(model, %s)", m[3])
		}
		return fmt.Errorf("%w: it wants opset %s of %s, and %s has up to %s: build a newer ONNX Runtime, or %s",
			ErrOpset, m[1], m[2], runtimeName(), m[3], convert)
	}
	if m := newerFormat.FindStringSubmatch(text); m != nil {
		return fmt.Errorf("%w: it has version %s of the file format (IR), and %s reads up to %s: "+
			"build a newer ONNX Runtime, or export the model with an older onnx",
			ErrOpset, m[1], runtimeName(), m[2])
	}
	return nil
}

// explainOperator finds operators that ORT does not know.
func explainOperator(text string) error {
	if m := unregistered.FindStringSubmatch(text); m != nil {
		return fmt.Errorf("%w: %s has no %s in domain %q: "+
			"build an ONNX Runtime that has it, or export the model without it", ErrOperator, runtimeName(), m[2], m[1])
	}
	if m := unknownInOpset.FindStringSubmatch(text); m != nil {
		domain := onnxpb.OwnDomain
		if d := nodeDomain.FindStringSubmatch(text); d != nil && d[1] != "" {
			domain = d[1]
		}
		return fmt.Errorf("%w: there is no %s in opset %s of %s: the name is wrong, or another opset has it: "+
			"export the model for that one", ErrOperator, m[1], m[2], domain)
	}
	if m := missingOpset.FindStringSubmatch(text); m != nil {
		return fmt.Errorf("%w: the model uses domain %q without an opset for it: add it to the model's opset_import",
			ErrOperator, m[1])
	}
	if m := unknownType.FindStringSubmatch(text); m != nil {
		return fmt.Errorf("%w: %s has no operator that takes %s: export the model with another element type",
			ErrOperator, runtimeName(), m[1])
	}
	if m := wrongType.FindStringSubmatch(text); m != nil {
		return fmt.Errorf("%w: %s does not take %s, the type of input %q of node %q: export the model with another element type",
			ErrOperator, m[3], m[1], m[2], m[4])
	}
	if m := noImplementation.FindStringSubmatch(text); m != nil {
		return fmt.Errorf("%w: %s knows %s of opset %s but can't compute it for the element types of node %q: "+
			"cast its inputs to a common type, such as float32", ErrOperator, runtimeName(), m[1], m[2], m[3])
	}
	return nil
}

// group writes a number with a comma between thousands.
func group(n int64) string {
	digits := strconv.FormatInt(n, 10)
	for i := len(digits) - 3; i > 0 && n > 0; i -= 3 {
		digits = digits[:i] + "," + digits[i:]
	}
	return digits
}
