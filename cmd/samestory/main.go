// Command samestory reads news stories, finds the copies of one text, clusters the stories that report one event, links
// follow-ups into threads, and keeps all that under ids that stay stable.
//
// This package only parses flags, wires the packages together and maps errors to exit codes; every verb has a file of
// its own.
package main

import (
	"context"
	"io"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/spf13/cobra"
)

// app is what the verbs share: the streams, the clock and the flags of the root command.
type app struct {
	stdin  io.Reader
	stdout io.Writer
	stderr io.Writer
	now    func() time.Time
	getenv func(string) string // reads the environment
	served *served             // of a verb that a daemon carries out for another process; nil in a process of its own

	processors int // where more goroutines may run than there are; see makeRoom
	workers    int // that compute where the config does not say; 0: as many as may run

	config string // --config
	store  string // --store
}

func main() {
	os.Exit(run(os.Args[1:]))
}

// run is main without the exit, so that tests can call it.
func run(args []string) int {
	// The first signal asks the verb to finish what it has begun; a second one ends the process as usual.
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	context.AfterFunc(ctx, stop)
	a := &app{stdin: os.Stdin, stdout: os.Stdout, stderr: os.Stderr, now: time.Now, getenv: os.Getenv}
	return a.execute(ctx, args)
}

func newRoot(a *app) *cobra.Command {
	root := &cobra.Command{
		Use:   "samestory",
		Short: "Find the copies, events and threads in a stream of news stories",
		Long: `samestory reads news stories, finds the copies of one text, clusters the stories that
report one event, links follow-ups into threads, and keeps all that in an embedded
store under ids that stay stable.

Start with:  samestory demo

Exit codes: 0 ok, 1 error, 2 usage, 3 partly done, 10 no store, 11 store locked, 130 interrupted.`,
		SilenceErrors: true,
		SilenceUsage:  true,
		Args:          noArgs,
		RunE:          func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	root.SetOut(a.stdout)
	root.SetErr(a.stderr)
	root.SetIn(a.stdin)
	root.SetFlagErrorFunc(func(_ *cobra.Command, err error) error { return usageError{err} })
	root.PersistentFlags().StringVar(&a.config, "config", "", "TOML file with settings (see config.example.toml)")
	root.PersistentFlags().StringVar(&a.store, "store", "", `folder of the store (default: the config's, else "samestory.db")`)
	root.CompletionOptions.HiddenDefaultCmd = true
	root.AddCommand(
		newDemo(a), newBackfill(a), newDaemon(a), newGenerate(a), newEval(a), newTrain(a), newRebuild(a), newCheck(a), newConfig(a),
		newReport(a), newChanges(a), newExplain(a), newSimilar(a), newMatch(a), newExport(a),
		newBackup(a), newRestore(a), newUpgrade(a), newRepair(a), newExpire(a),

		newToken(a),
		newWebhooks(a),
		newRun(a),

		newVersion(a),
	)
	root.AddCommand(newOverrides(a)...)
	return root
}
