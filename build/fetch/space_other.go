//go:build !unix

package fetch

func freeText(string) string { return "" }
