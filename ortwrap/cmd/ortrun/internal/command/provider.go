package command

import "github.com/onnxruntime-builder/onnxruntime-builder/ortwrap"

// providerNames are the values of --provider.
var providerNames = []string{"auto", "cpu"}

// withProvider adds a provider by the name that --provider has for it.
func withProvider(b ortwrap.SessionBuilder, name string) ortwrap.SessionBuilder {
	if name == "cpu" {
		return b.WithProvider(ortwrap.CPU{})
	}
	return b
}

// providerList asks ORT for the providers.
func providerList() ([]providerStatus, error) {
	build, err := ortwrap.BuildInfo()
	if err != nil {
		return nil, err
	}
	list := make([]providerStatus, len(build.Providers))
	for i, name := range build.Providers {
		list[i] = providerStatus{Name: name, Compiled: true, Usable: true}
	}
	return list, nil
}

// withoutSpinning lets the threads of a session sleep as soon as a run ends.
func withoutSpinning(b ortwrap.SessionBuilder) ortwrap.SessionBuilder {
	return b
}
