package command

import "github.com/spf13/cobra"

func (a *app) run() *cobra.Command     { return &cobra.Command{Use: "run"} }
func (a *app) verify() *cobra.Command  { return &cobra.Command{Use: "verify"} }
