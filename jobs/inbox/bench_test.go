package inbox

import (
	"fmt"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
)

// BenchmarkAppend measures stories of 3 KB that are acknowledged, each synced to the disk of the temporary folder.
func BenchmarkAppend(b *testing.B) {
	for _, c := range []struct{ pushers, batch int }{{1, 1}, {1, 100}, {8, 1}, {8, 100}, {64, 1}} {
		b.Run(fmt.Sprintf("pushers=%d/batch=%d", c.pushers, c.batch), func(b *testing.B) {
			box, err := Open(filepath.Join(b.TempDir(), Folder), Options{Most: Depth{1 << 40, 1 << 40}})
			if err != nil {
				b.Fatal(err)
			}
			defer box.Close()
			line := `{"id":"a","text":"` + strings.Repeat("word ", 600) + "\"}\n"
			lines := []byte(strings.Repeat(line, c.batch))
			b.SetBytes(int64(len(lines)))
			b.ResetTimer()
			var left atomic.Int64
			left.Store(int64(b.N))
			var wg sync.WaitGroup
			for range c.pushers {
				wg.Go(func() {
					for left.Add(-1) >= 0 {
						if err := box.Append(b.Context(), lines, c.batch); err != nil {
							b.Error(err)
							return
						}
					}
				})
			}
			wg.Wait()
			b.ReportMetric(float64(b.N*c.batch)/b.Elapsed().Seconds(), "stories/s")
		})
	}
}
