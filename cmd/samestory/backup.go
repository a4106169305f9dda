package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"runtime/debug"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"github.com/samestory/samestory/store"
	"github.com/samestory/samestory/store/archive"
)

func newBackup(a *app) *cobra.Command {
	var since, to string
	var asJSON, quiet bool
	cmd := &cobra.Command{
		Use:   "backup",
		Short: "Write the store, or what has changed in it, to one compressed and verified file",
		Long: `Write everything that the store holds to one file, or with --since only what differs from
an earlier backup, deletions too. The file gets its name when it is complete, on disk and
read back; it never replaces another.

An incremental backup is worth nothing without those before it: keep them in one folder.
A daemon makes backups itself: see [backup] in config.example.toml.

  samestory backup --store news.db --to /backups
  samestory backup --store news.db --to /backups --since /backups/samestory-20260301T060000Z-j4711.full.ssb
  samestory backup verify /backups/samestory-20260302T060000Z-j4790.part1.ssb
  samestory restore --store copy.db /backups/samestory-20260302T060000Z-j4790.part1.ssb`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.backup(cmd.Context(), since, to, asJSON, quiet)
		},
	}
	f := cmd.Flags()
	f.StringVar(&since, "since", "", "write only what differs from this backup; its own parents have to lie beside it")
	f.StringVar(&to, "to", ".", "a file that does not exist yet, or a folder, in which the file is named after time and journal")
	f.BoolVar(&asJSON, "json", false, "print JSON")
	f.BoolVarP(&quiet, "quiet", "q", false, "no progress and no summary")
	cmd.AddCommand(a.newBackupVerify())
	return cmd
}

func (a *app) backup(ctx context.Context, since, to string, asJSON, quiet bool) (err error) {
	c, err := a.settings()
	if err != nil {
		return err
	}
	o := store.BackupOptions{To: a.at(to), Now: a.now()}
	if since != "" {
		if o.Since, err = archive.Chain([]string{a.at(since)}); err != nil {
			return backupHint(a.given(err, since))
		}
	}
	s, err := a.openStore(ctx, &c, store.Options{ReadOnly: true})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	bar := a.byteBar(quiet || asJSON)
	bar.stage("backing up")
	o.Progress = bar.progress
	begun := a.now()
	info, err := s.Backup(ctx, o)
	bar.clear()
	if err != nil {
		return backupHint(a.given(a.given(err, to), since))
	}
	if info.Path == o.To {
		info.Path = to
	} else {
		info.Path = filepath.Join(to, filepath.Base(info.Path))
	}
	took := a.now().Sub(begun)
	if asJSON {
		return json.NewEncoder(a.stdout).Encode(backupView{1, took.Seconds(), viewBackup(&info)})
	}
	if quiet {
		return nil
	}
	fmt.Fprintf(a.stdout, "%s\n", info.Path)
	a.backupTable([]archive.Info{info})
	fmt.Fprintf(a.stdout, "%s in %s of %s, %d journal entries; verified; took %s%s\n", plural(info.Stories, "story", "stories"),
		plural(info.Events, "event", "events"), s.Dir(), info.JournalTo, took.Round(10*time.Millisecond), rate(info.StateBytes, took))
	return nil
}

// newBackupVerify reads backups and touches no store.
func (a *app) newBackupVerify() *cobra.Command {
	var asJSON, quiet bool
	cmd := &cobra.Command{
		Use:   "verify FILE...",
		Short: "Read a backup and its parents from the first to the last byte",
		Long: `Read a backup, and those it goes on from, from the first to the last byte: the checksum of
each file, of each block and of each value, the counts, the chain of parents, and whether
all of it amounts to the state that was backed up. Parents that are not named are looked
for beside the file.`,
		Args: minArgs(1, "at least one file"),
		RunE: func(cmd *cobra.Command, args []string) error {
			chain, err := archive.Chain(args)
			if err != nil {
				return backupHint(err)
			}
			bar := a.byteBar(quiet || asJSON)
			bar.stage("verifying")
			begun := a.now()
			err = archive.Verify(cmd.Context(), chain, bar.progress)
			bar.clear()
			if err != nil {
				return backupHint(err)
			}
			took := a.now().Sub(begun)
			tip := &chain[len(chain)-1]
			if asJSON {
				return json.NewEncoder(a.stdout).Encode(verifyView{1, took.Seconds(), viewChain(chain), stateOf(tip)})
			}
			if quiet {
				return nil
			}
			a.backupTable(chain)
			fmt.Fprintf(a.stdout, "sound: %s and %s as of %s; took %s%s\n", plural(tip.Stories, "story", "stories"),
				plural(tip.Events, "event", "events"), tip.Created.Format(time.RFC3339), took.Round(10*time.Millisecond),
				rate(tip.StateBytes, took))
			return nil
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	cmd.Flags().BoolVarP(&quiet, "quiet", "q", false, "no progress and no summary")
	return cmd
}

func newRestore(a *app) *cobra.Command {
	var asJSON, quiet bool
	cmd := &cobra.Command{
		Use:   "restore FILE...",
		Short: "Make a store of a backup, in an empty or new folder",
		Long: `Make a store of a backup in the folder that --store names, which has to be missing or empty.
An incremental backup needs those it goes on from: name them, or keep them beside it.

Everything is verified before the first byte is written. The store is made beside its
place, compared with the backup, checked, and moved there when it is complete; if that
cannot be, nothing is left of it.`,
		Example: "  samestory restore --store news.db /backups/samestory-20260302T060000Z-j4790.part1.ssb",
		Args:    minArgs(1, "at least one file"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.restore(cmd.Context(), args, asJSON, quiet)
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	cmd.Flags().BoolVarP(&quiet, "quiet", "q", false, "no progress and no summary")
	return cmd
}

func (a *app) restore(ctx context.Context, files []string, asJSON, quiet bool) error {
	if a.store == "" {
		// The folder of a config is the one that is in use.
		return usageError{hinted{usagef("restore into which folder?"), "samestory restore --store DIR FILE..."}}
	}
	if err := alone(ctx, a.store, "restore"); err != nil {
		return err
	}
	// The database's buffers are nearly all that lives meanwhile; twice as much need not be waited for.
	defer debug.SetGCPercent(debug.SetGCPercent(25))
	bar := a.byteBar(quiet || asJSON)
	begun := a.now()
	report, err := store.Restore(ctx, files, a.store, store.RestoreOptions{
		Stage: bar.stage, Progress: bar.progress, Log: a.storeLog(),
	})
	bar.clear()
	if err != nil {
		return backupHint(err)
	}
	took := a.now().Sub(begun)
	tip := &report.Chain[len(report.Chain)-1]
	switch {
	case asJSON:
		err = json.NewEncoder(a.stdout).Encode(restoreView{
			1, took.Seconds(), a.store, viewChain(report.Chain), stateOf(tip), report.Check.OK(),
			append([]store.Finding{}, report.Check.Findings...),
		})
	case !quiet:
		a.backupTable(report.Chain)
		fmt.Fprintf(a.stdout, "%s: %s and %s as of %s; equal to the backup; took %s%s\n", a.store,
			plural(tip.Stories, "story", "stories"), plural(tip.Events, "event", "events"), tip.Created.Format(time.RFC3339),
			took.Round(10*time.Millisecond), rate(tip.StateBytes, took))
	}
	if tip.Schema < store.SchemaVersion && !quiet {
		fmt.Fprintf(a.stderr, "samestory: hint: the backup is of schema %d: samestory upgrade --store %s\n", tip.Schema, a.store)
	}
	if err != nil || report.Check.OK() {
		return err
	}
	if !asJSON {
		a.findings(report.Check.Findings)
	}
	return hinted{fmt.Errorf("%s was restored as it was backed up, but %w", a.store, errUnsound), "it was not when the backup was made: look for an older backup"}
}

// backupHint adds a way out to what can go wrong with backups.
func backupHint(err error) error {
	hint := ""
	switch {
	case errors.Is(err, context.Canceled):
		hint = "nothing was left behind; run the same command again"
	case errors.Is(err, store.ErrInside):
		hint = "keep backups on another disk, or at least in another folder: --to DIR"
	case errors.Is(err, store.ErrFull):
		hint = "make room or name a folder on another disk; nothing was left behind"
	case errors.Is(err, archive.ErrForeign):
		hint = "a backup is a file that samestory backup has written; its name ends in " + archive.Extension
	case errors.Is(err, archive.ErrDamaged):
		hint = "copy the file again from where it came; if it is damaged there, take an older backup"
	case errors.Is(err, archive.ErrVersion), errors.Is(err, store.ErrSchema):
		hint = "use the version of samestory that wrote it, or the latest"
	case errors.Is(err, archive.ErrChain):
		hint = "an incremental backup needs every backup back to the last full one: name them all, or put them into one folder"
	case errors.Is(err, store.ErrNotEmpty):
		hint = "name a folder that does not exist yet with --store; move it into place when you have looked at it"
	case errors.Is(err, fs.ErrExist):
		hint = "a backup never replaces a file: name another with --to"
	case errors.Is(err, syscall.EROFS):
		hint = "the disk is mounted for reading only: name a folder on another with --to or --store"
	case errors.Is(err, fs.ErrPermission):
		hint = "this user may not write there: name another folder with --to or --store"
	case errors.Is(err, fs.ErrNotExist):
		hint = "see to it that the folder and the files are there"
	default:
		return err
	}
	return hinted{err, hint}
}
