package access

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math"
	"net/http"
	"net/netip"
	"strconv"
	"strings"
	"sync/atomic"
	"time"
)

// Rules are what a guard goes by. They may be replaced while it works.
type Rules struct {
	Secret  string         // a token with every scope, that no file knows; empty: none
	Public  bool           // everybody who reaches the server may read
	Hosts   []string       // names that the server has on loopback beside localhost and addresses in numbers
	Origins []string       // whose pages may read, as browsers write them
	Proxies []netip.Prefix // whose word about the client's address counts
	Rate    float64        // requests a second of each token or address; 0: any number
	Burst   int            // requests that are free of the rate after a rest
}

// rules are Rules in force.
type rules struct {
	Rules
	secret string // hashed; empty: none
	limit  *limiter
}

// Guard lets requests pass or not.
type Guard struct {
	tokens *Tokens
	now    func() time.Time
	log    *slog.Logger
	rules  atomic.Pointer[rules]
	failed atomic.Bool // the file of the tokens could not be read at the last request that asked
	count  func(reason string)
	again  time.Duration // how often it is asked whether a stream may go on
}

// askAgain is how long the stream of a token that was revoked, or has expired, may go on.
const askAgain = 5 * time.Second

// New makes a guard. tokens may be nil where there is no file of them, and log where nobody reads one.
func New(tokens *Tokens, r Rules, now func() time.Time, log *slog.Logger) *Guard {
	if log == nil {
		log = slog.New(slog.DiscardHandler)
	}
	g := &Guard{tokens: tokens, now: now, log: log, count: func(string) {}, again: askAgain}
	g.Set(r)
	return g
}

// The reasons for which requests are refused.
const (
	ByName   = "name"   // the server is not known by the one that was asked for
	BySite   = "site"   // a page of another site wants to change something
	ByRate   = "rate"   // too many requests
	ByToken  = "token"  // none, or none that is valid
	ByScope  = "scope"  // a valid token that allows something else
	ByTokens = "tokens" // the file of the tokens cannot be read
)

// Count has every refusal told to count, by its reason. It is called before Wrap.
func (g *Guard) Count(count func(reason string)) { g.count = count }

// refuse answers a request that may not pass; further headers are set before.
func (g *Guard) refuse(w http.ResponseWriter, reason string, status int, detail, hint string) {
	g.count(reason)
	answerProblem(w, status, detail, hint)
}

// Set puts other rules in force, for the requests that come from now on. Who has used up a rate begins anew only if it is
// another rate.
func (g *Guard) Set(r Rules) {
	next := &rules{Rules: r}
	if r.Secret != "" {
		next.secret = hash(r.Secret)
		next.Secret = ""
	}
	if old := g.rules.Load(); old != nil && old.Rate == r.Rate && old.Burst == r.Burst {
		next.limit = old.limit
	} else {
		next.limit = newLimiter(r.Rate, r.Burst, maxClients)
	}
	g.rules.Store(next)
}

// Wrap is the handler that lets pass to next what may. It fails only for settings of ours that cannot be.
func (g *Guard) Wrap(next http.Handler) (http.Handler, error) {
	next, err := compressed(next)
	if err != nil {
		return nil, err
	}
	site := http.NewCrossOriginProtection()
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		rules := g.rules.Load()
		if !rules.known(r) {
			g.refuse(w, ByName, http.StatusMisdirectedRequest, "This server is not known by that name.", "Its owner names it in http.hosts.")
			return
		}
		if isProbe(r) {
			next.ServeHTTP(w, r)
			return
		}
		if rules.cors(w, r) {
			return
		}
		c := g.identify(rules, r)
		if !g.within(w, r, rules, &c) {
			return
		}
		if err := site.Check(r); err != nil {
			g.refuse(w, BySite, http.StatusForbidden, "What changes something is not taken from pages of other sites.", "Programs send no Origin and no Sec-Fetch-Site.")
			return
		}
		if !g.admits(w, r, rules, &c) {
			return
		}
		if lasts(r) {
			ctx, cancel := context.WithCancel(r.Context())
			defer cancel()
			go g.watch(ctx, cancel, r.Clone(ctx)) // whatever the handler does with its own
			r = r.WithContext(ctx)
		}
		next.ServeHTTP(w, r)
	}), nil
}

// watch ends a request that lasts when its caller may not make it any more.
func (g *Guard) watch(ctx context.Context, end context.CancelFunc, r *http.Request) {
	every := time.NewTicker(g.again)
	defer every.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-every.C:
		}
		rules := g.rules.Load()
		c := g.identify(rules, r)
		for _, scope := range needs(r) {
			if !g.has(rules, &c, scope) {
				end()
				return
			}
		}
	}
}

// caller is whoever makes a request.
type caller struct {
	local bool
	shown bool   // something that may be a token
	token *Token // that it is; nil: none that is known
	err   error  // why it is none
}

// secretToken is the token of the config.
func secretToken() *Token { return &Token{ID: "config", Name: "config", Scopes: AllScopes()} }

// identify finds out who makes a request.
func (g *Guard) identify(rules *rules, r *http.Request) caller {
	c := caller{local: rules.local(r)}
	text, ok := shownToken(r)
	if !ok {
		return c
	}
	c.shown = true
	switch {
	case rules.secret != "" && same(text, rules.secret):
		c.token = secretToken()
	case g.tokens == nil:
		c.err = ErrUnknown
	default:
		var found Token
		if found, c.err = g.tokens.find(text); c.err == nil {
			c.token = &found
		}
		g.tell(c.err)
	}
	return c
}

// tell logs that the tokens cannot be read, once until they can again.
func (g *Guard) tell(err error) {
	switch bad := errors.Is(err, ErrFile); {
	case bad && g.failed.CompareAndSwap(false, true):
		g.log.Error("tokens cannot be read, nobody is let in by one of the file", "error", err)
	case !bad && g.failed.CompareAndSwap(true, false):
		g.log.Info("tokens are read again")
	}
}

// shownToken is what a request shows: as a bearer, or as a password under any name, since that is what feed readers and
// browsers can show.
func shownToken(r *http.Request) (text string, ok bool) {
	values := r.Header.Values("Authorization")
	if len(values) != 1 { // of two, each reader might take another one
		return "", false
	}
	if _, password, basic := r.BasicAuth(); basic {
		return password, password != ""
	}
	scheme, shown, _ := strings.Cut(values[0], " ")
	shown = strings.TrimSpace(shown)
	return shown, strings.EqualFold(scheme, "Bearer") && shown != ""
}

// within counts a request, and answers it if it is one too many. What this machine asks itself is not counted.
func (g *Guard) within(w http.ResponseWriter, r *http.Request, rules *rules, c *caller) bool {
	if c.local {
		return true
	}
	key := client{addr: rules.client(r)}
	if c.token != nil {
		key = client{token: c.token.ID}
	}
	wait := rules.limit.take(key, g.now())
	if wait <= 0 {
		return true
	}
	w.Header().Set("Retry-After", strconv.Itoa(int(math.Ceil(wait.Seconds()))))
	g.refuse(w, ByRate, http.StatusTooManyRequests, fmt.Sprintf("More than %g requests a second, after the first %d.", rules.Rate, rules.Burst),
		"Come again after the time in Retry-After. Ask with If-None-Match, and send stories a hundred at a time.")
	return false
}

// admits tells whether the caller may do what the request does, and answers if not.
func (g *Guard) admits(w http.ResponseWriter, r *http.Request, rules *rules, c *caller) bool {
	for _, scope := range needs(r) {
		if !g.has(rules, c, scope) {
			g.turnAway(w, c, scope)
			return false
		}
	}
	return true
}

// has tells whether the caller has a scope, by a token or without.
func (g *Guard) has(rules *rules, c *caller, scope Scope) bool {
	switch {
	case g.valid(c) && c.token.Allows(scope):
		return true
	case scope == Read:
		return rules.Public || c.local // a token that is none does no harm where none is needed
	}
	return c.local && rules.secret == "" && (g.tokens == nil || !g.tokens.Ever())
}

func (g *Guard) valid(c *caller) bool { return c.token != nil && !c.token.Expired(g.now()) }

// turnAway answers who lacks a scope.
func (g *Guard) turnAway(w http.ResponseWriter, c *caller, scope Scope) {
	h := w.Header()
	switch {
	case errors.Is(c.err, ErrFile):
		h.Set("Retry-After", "60")
		g.refuse(w, ByTokens, http.StatusServiceUnavailable, "The tokens cannot be read.", "The log of the server says why.")
	case g.valid(c):
		h["Www-Authenticate"] = []string{fmt.Sprintf(`Bearer realm="samestory", error="insufficient_scope", scope=%q`, string(scope))}
		g.refuse(w, ByScope, http.StatusForbidden, fmt.Sprintf("The token %q has not the scope %s.", c.token.Name, scope), makeOne(scope))
	case c.token != nil:
		h["Www-Authenticate"] = challenge(true)
		g.refuse(w, ByToken, http.StatusUnauthorized, fmt.Sprintf("The token %q expired at %s.", c.token.Name, c.token.Expires.UTC().Format(time.RFC3339)),
			makeOne(scope))
	case c.shown:
		h["Www-Authenticate"] = challenge(true)
		g.refuse(w, ByToken, http.StatusUnauthorized, "The token that was shown is none, or was revoked.", makeOne(scope))
	default:
		h["Www-Authenticate"] = challenge(false)
		g.refuse(w, ByToken, http.StatusUnauthorized, fmt.Sprintf("This needs a token with the scope %s.", scope),
			"Show it as Authorization: Bearer TOKEN, or as the password under any name. "+makeOne(scope))
	}
}

func makeOne(scope Scope) string {
	return fmt.Sprintf("Who runs this server makes one with: samestory token new --scope %s --name NAME", scope)
}

// challenge asks for a token in the two ways in which it can be shown.
func challenge(shown bool) []string {
	bearer := `Bearer realm="samestory"`
	if shown {
		bearer += `, error="invalid_token"`
	}
	return []string{bearer, `Basic realm="samestory: the token is the password", charset="UTF-8"`}
}
