package sim

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing/synctest"
	"time"

	"github.com/samestory/samestory/jobs/newsroom"
	"github.com/samestory/samestory/store"
)

// end lets quiet days go by until everything has had its turn, and compares what there is then with a backfill of everything
// that was delivered.
func (s *simulation) end() {
	s.await(s.begun.Add(time.Duration(s.days)*24*time.Hour + time.Hour))
	s.diary.say("quiet")
	s.skew.Store(0)
	s.slow.Store(false)
	s.full.Store(false)
	s.panicked.Store(false)
	for _, f := range s.press.sites {
		f.feel("", 0)
	}
	s.countdown.Store(0)
	s.news("")
	s.stop()
	s.start()
	s.undoAll()
	for len(s.pusher.waiting) > 0 {
		time.Sleep(101 * time.Second)
		synctest.Wait()
		s.pusher.push(whole)
	}
	s.press.archive = append(s.press.archive, s.pusher.acked...)
	time.Sleep(50*time.Hour + 17*time.Second)
	synctest.Wait()
	s.sound()
	s.tidy()
	s.readOnce(len(s.pusher.acked)+s.polled(), s.pusher.twice)
	s.apart()
	got := s.exactly(s.store)
	fetched := s.fetched()
	s.stop()
	for _, f := range s.press.sites {
		s.must(f.server.Close())
	}
	for id := range s.press.ids {
		if _, ok := got.Content[id]; !ok {
			s.Errorf("story %s is lost", id)
		}
	}
	if want := len(s.press.ids) + fetched; len(got.Content) != want {
		s.Errorf("%d stories are there, %d were delivered", len(got.Content), want)
	}
	if s.keeps == 0 { // else what has expired was not there to be met
		s.same("the daemon ends elsewhere than a backfill", s.backfilled(), got)
	}
}

// backfilled is what a backfill makes of all that was delivered.
func (s *simulation) backfilled() *content {
	db := s.open("backfill")
	defer db.Close()
	s.backfill(db, strings.Join(s.press.archive, ""))
	return s.exactly(db)
}

// polled is how many stories and versions of them came from feeds, as the daemon counts.
func (s *simulation) polled() (n int) {
	view := s.store.View()
	defer view.Close()
	list, err := view.Feeds()
	s.must(err)
	for _, f := range list {
		if f.Kind != store.KindFeed {
			continue
		}
		n += int(f.New + f.Revised)
		s.diary.say("%s: %d polls, %d not modified, %d new, %d revised", f.Name, f.Polls, f.NotModified, f.New, f.Revised)
	}
	return n
}

// fetched holds that every story that a feed showed is there once, as it was shown last. It returns how many there are, and
// puts them into the archive as the store has them: what a feed says becomes a story in a way of its own.
func (s *simulation) fetched() int {
	view := s.store.View()
	defer view.Close()
	want := served(s.press.sites)
	there := map[string]string{}
	for r, err := range view.AllStories() {
		s.must(err)
		l, ok := want[r.URL]
		if !ok {
			continue
		}
		if there[r.URL] != "" {
			s.Errorf("%s is there twice, as %s and %s", r.URL, there[r.URL], r.ID)
		}
		there[r.URL] = r.ID
		if r.Expired { // and what its feed has said since is left alone
			continue
		}
		if r.Title != l.Title {
			s.Errorf("%s has the title %q, its feed says %q", r.URL, r.Title, l.Title)
		}
		versions, err := view.Versions(r.ID)
		s.must(err)
		for _, v := range versions {
			line, err := lineOf(newsroom.Labelled{Story: v.Story})
			s.must(err)
			s.press.archive = append(s.press.archive, line)
		}
	}
	for url := range want {
		if there[url] == "" {
			s.Errorf("%s was in a feed and is not there", url)
		}
	}
	return len(want)
}

func (s *simulation) summary() string {
	var words []string
	for _, w := range slices.Sorted(maps.Keys(s.diary.count)) {
		words = append(words, fmt.Sprintf("%s %d", w, s.diary.count[w]))
	}
	return fmt.Sprintf("%d stories, %s", s.last.Stories, strings.Join(words, ", "))
}
