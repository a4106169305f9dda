package store

import (
	"context"
	"fmt"
	"log/slog"
	"strings"
)

// badgerLog hands what Badger says to slog. Its informational lines are about itself, so they are debug lines here.
type badgerLog struct{ log *slog.Logger }

func (l badgerLog) print(level slog.Level, format string, args []any) {
	if !l.log.Enabled(context.Background(), level) {
		return
	}
	l.log.Log(context.Background(), level, strings.TrimSpace(fmt.Sprintf(format, args...)))
}

func (l badgerLog) Errorf(format string, args ...any)   { l.print(slog.LevelError, format, args) }
func (l badgerLog) Warningf(format string, args ...any) { l.print(slog.LevelWarn, format, args) }
func (l badgerLog) Infof(format string, args ...any)    { l.print(slog.LevelDebug, format, args) }
func (l badgerLog) Debugf(string, ...any)               {}
