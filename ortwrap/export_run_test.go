package ortwrap

// CopyInputs makes the bindings of a session bind their inputs anew for each run, as sessions on other devices do.
func CopyInputs(s *Session) { s.copiesInputs = true }
