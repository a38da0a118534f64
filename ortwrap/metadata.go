package ortwrap

import "maps"

// Metadata is what a model says about where it comes from. What it does not say is empty.
type Metadata struct {
	Producer         string            `json:"producer"` // the tool that wrote the model: "pytorch"
	Graph            string            `json:"graph"`    // the graph's name
	Domain           string            `json:"domain"`   // name space of the model, such as "org.example"
	Description      string            `json:"description"`
	GraphDescription string            `json:"graphDescription"`
	Version          int64             `json:"version"` // of the model, 0 where it has none
	Custom           map[string]string `json:"custom"`  // whatever its maker added
}

// Metadata reads what the model says about itself. The error of a closed session is [ErrClosed].
func (s *Session) Metadata() (Metadata, error) {
	m, err := s.metadata()
	if err != nil {
		return Metadata{}, &Error{Op: "reading the metadata of", Model: s.model, Err: err}
	}
	return m, nil
}

func (s *Session) metadata() (Metadata, error) {
	if err := s.enter(); err != nil {
		return Metadata{}, err
	}
	defer s.leave()
	m, err := s.native.Metadata()
	return Metadata(m), convert(err)
}

// Opsets are the sets of operators that the model uses: the version of each by its domain, as in "ai.onnx": 17. It is
// nil for a model in ORT's own format, which ORT reads but ortwrap does not. It works on a closed session too.
func (s *Session) Opsets() map[string]int64 { return maps.Clone(s.opsets) }
