package config

import (
	"path/filepath"
	"strings"
	"time"
)

// checkBackup reports what is wrong in the settings of backups.
func (p *problems) checkBackup(c *Config, zone *time.Location) {
	b := &c.Backup
	p.cron("backup.schedule", b.Schedule, zone, true)
	dir := strings.TrimSpace(b.Dir)
	if b.Schedule != "" && dir == "" {
		p.add("backup.dir", "a schedule needs a folder to write to, best on another disk")
	}
	if dir != "" && within(c.Store.Dir, dir) {
		p.add("backup.dir", "the folder lies inside the store, and would be lost with it")
	}
	if d := b.FullEvery.Duration; d < time.Hour || d > 366*24*time.Hour {
		p.add("backup.full_every", "expected 1h to 366d")
	}
	if b.Keep < 1 || b.Keep > 1000 {
		p.add("backup.keep", "expected 1 to 1000 full backups")
	}
}

// within tells whether a folder is another or lies inside it, as far as their names say. Both are relative to the same
// place or neither is.
func within(outer, inner string) bool {
	rel, err := filepath.Rel(filepath.Clean(outer), filepath.Clean(inner))
	return err == nil && rel != ".." && !strings.HasPrefix(rel, ".."+string(filepath.Separator))
}
