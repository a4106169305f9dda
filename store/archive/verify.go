package archive

import (
	"context"
	"errors"
)

// Progress is told how many of how many bytes have been dealt with.
type Progress func(done, total int64)

// Verify reads a chain, as Chain gave it, from the first to the last byte: the checksums of the files, of their blocks
// and of every value, the counts, and what the chain amounts to.
func Verify(ctx context.Context, chain []Info, progress Progress) error {
	var done, total int64
	for i := range chain {
		total += chain[i].Size
	}
	total *= 2 // all is read twice
	step := func(n int) {
		if done += int64(n); progress != nil {
			progress(done, total)
		}
	}
	for i := range chain {
		if err := verifySum(ctx, &chain[i], step); err != nil {
			return err
		}
	}
	rows, err := Merge(ctx, chain, true)
	if err != nil {
		return err
	}
	defer rows.Close()
	tip := chain[len(chain)-1]
	var share float64
	if tip.StateRows > 0 {
		share = float64(total/2) / float64(tip.StateRows)
	}
	for n := int64(1); ; n++ {
		more, err := rows.Next(ctx)
		if err != nil || !more {
			return err
		}
		if progress != nil && n%4096 == 0 {
			progress(done+int64(share*float64(n)), total)
		}
	}
}

func verifySum(ctx context.Context, info *Info, step func(int)) (err error) {
	f, err := open(info.Path)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	if f.info.ID != info.ID {
		return damaged(info.Path, "it has changed meanwhile")
	}
	return f.checkSum(ctx, step)
}

// VerifyFile reads one backup from the first to the last byte, by itself: the checksums of the file, of its blocks and of
// its values, and the counts. What it amounts to can only be said of a full one, and of a chain by Verify.
func VerifyFile(ctx context.Context, info Info) error {
	if info.Full() {
		return Verify(ctx, []Info{info}, nil)
	}
	if err := verifySum(ctx, &info, func(int) {}); err != nil {
		return err
	}
	f, err := open(info.Path)
	if err != nil {
		return err
	}
	defer f.Close()
	c, err := f.cursor(true)
	if err != nil {
		return err
	}
	for more := true; more; {
		if more, err = c.next(ctx); err != nil {
			return err
		}
	}
	return nil
}
