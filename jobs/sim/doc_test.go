// Package sim lets the daemon run for months in a few seconds: the real daemon over the real store, in a bubble of
// testing/synctest whose clock jumps from one thing that happens to the next. It holds tests only.
//
// # Glossary
//
//   - seed: everything that is drawn (stories, zone, times, faults) follows from it, so that a seed that fails does so again.
//   - act: one thing that the world does to the daemon at a time of its own: news, a crash, a step of the clock.
//   - generation: the store's folder between two crashes. A crash copies the folder at that very moment, as a process that
//     is killed leaves it, and the next daemon opens the copy.
//   - press: what writes stories into the folders that the daemon reads, and knows what it has written. A pusher sends
//     stories until they are acknowledged, and sites show theirs in feeds, over a network of pipes.
//   - mood: what a site does for some hours instead of serving its feed.
//   - skew: how far the clock that the daemon is given is off the clock that its schedule runs by.
//
// # What is held
//
// After every act, and thoroughly after every crash: nothing that was committed is missing, what waits has a bound, and
// check is content. At the end: every line was read once, everything that was written, acknowledged or shown in a feed is
// there once, no two jobs that write ran at the same time, and the partition is that of a backfill of the same stories,
// orders of editors having been taken back. Every third seed has a retention of some days: there what has expired stays as it
// was, all of what is too old has expired, and there is nothing to compare the partition with.
//
//	go test ./jobs/sim -run Few -sim.seed 7 -sim.days 300   the stories alone, tick by tick: a year takes two minutes
//	go test ./jobs/sim                                  the seeds that are run always
//	go test ./jobs/sim -run Months -sim.seed 7          one of them; it prints a diary where it fails
//	go test ./jobs/sim -run Months -sim.seeds 20 -v     more of them, with what was done to each
//	go test ./jobs/sim -run Months -sim.days 365 -timeout 0   years; with -sim.seed N one of them, some 13 minutes of CPU time
//	go test ./jobs/sim -run Months -sim.keep DIR        leaves the stores and what was delivered in a folder that exists
package sim
