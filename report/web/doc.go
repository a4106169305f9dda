// Package web serves the views of package report over HTTP: pages for people and JSON for programs, from one handler.
//
// The pages need no JavaScript and ask nothing of any other host. Everything that comes from a story is text to them:
// it goes through html/template, addresses that are not http or https become no links, and a content security policy
// allows only the one style sheet that is served here.
//
// # Invariants
//
// Each request takes one snapshot, answers from it alone and closes it. The handler only reads: methods other than GET
// and HEAD are refused. An id that has ended answers with a permanent redirect to what it became.
//
// # Concurrency
//
// A Handler serves any number of requests at once, each with a snapshot of its own.
package web
