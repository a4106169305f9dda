// Package web serves the views of package report as pages for people; package api has them for programs.
//
// The pages ask nothing of any other host. Everything that comes from a story is text to them: it goes through html/template,
// addresses that are not http or https become no links, and a content security policy allows only the style sheet and the
// two scripts that are served here, and no code in a page.
//
// # Scripts
//
// The pages need none: each link and form leads to a page. Where there are scripts, htmx takes parts of those same pages, so
// that one address has one answer: a search changes the list while somebody types, and the address bar with it; "Show more"
// puts the events of the next page under those that are there; a page that stays open asks each half minute what came
// since, and says so without anything moving. assets/page.js is what the attributes of htmx cannot say. What fails goes to
// the page that it would have gone to without.
//
// # Invariants
//
// Each request takes one snapshot, answers from it alone and closes it. An id that has ended answers with a permanent
// redirect to what it became.
//
// Looking changes nothing: what does is a POST, and its answer leads to a page that can be loaded again. Orders of editors
// are forms: the first shows what can be done, the second what will be, and only that one sends a POST. Browsers send forms
// from any page, so that a POST is refused if the browser says that it comes from another site. Without an Editor the handler
// only reads. Two cookies, neither of which says who somebody is, remember until when a reader has seen the news, and the name
// under an editor's last order.
//
// # Concurrency
//
// A Handler serves any number of requests at once, each with a snapshot of its own.
package web
