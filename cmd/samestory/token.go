package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"github.com/samestory/samestory/jobs/config"
	"github.com/samestory/samestory/report/access"
	"github.com/samestory/samestory/store"
)

func newToken(a *app) *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "token",
		Short: "Make, list and revoke the tokens that clients of the server show",
		Long: `Make, list and revoke the tokens that clients of the daemon's server show: as
"Authorization: Bearer TOKEN", or as a password under any name. A running daemon knows of a
change at once.

A token has one or several scopes, and none includes another:
  read   pages, API and feeds; needed from other machines, but with http.public
  push   POST of stories
  edit   orders of editors, and whatever else changes something

As soon as there is a token, whatever changes something has to show one, also on this machine.

  samestory token new --scope read --name reader --expires 90d
  TOKEN=$(samestory token new --scope read,push --name desk)
  samestory token list
  samestory token revoke reader`,
		Args: noArgs,
		RunE: func(*cobra.Command, []string) error {
			return usageError{hinted{usagef("token what?"), "samestory token new, list or revoke"}}
		},
	}
	cmd.PersistentFlags().BoolVar(&asJSON, "json", false, "print JSON")
	var name, scopes, expires string
	create := &cobra.Command{
		Use: "new", Short: "Make a token and show it, this once", Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.newToken(cmd.Context(), name, scopes, expires, asJSON)
		},
	}
	create.Flags().StringVar(&name, "name", "", "what lists call it: letters, digits, full stops, - and _")
	create.Flags().StringVar(&scopes, "scope", "", "what it allows: read, push, edit, or several with commas")
	create.Flags().StringVar(&expires, "expires", "", `after how long it allows nothing any more, such as "90d" (default: never)`)
	list := &cobra.Command{
		Use: "list", Short: "List the tokens, without their secrets", Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return a.listTokens(cmd.Context(), asJSON) },
	}
	revoke := &cobra.Command{
		Use: "revoke ID|NAME", Short: "Take a token back, from now on", Args: exactArgs(1, "the id or the name of a token"),
		RunE: func(cmd *cobra.Command, args []string) error { return a.revokeToken(cmd.Context(), args[0], asJSON) },
	}
	cmd.AddCommand(create, list, revoke)
	return cmd
}

// tokens calls do with the tokens of the store. A daemon changes the file without waiting for the jobs that write to the
// store; without one the store keeps two processes apart.
func (a *app) tokens(ctx context.Context, change, create bool, do func(*access.Tokens) error) (err error) {
	c, err := a.settings()
	if err != nil {
		return err
	}
	s, err := a.openStore(ctx, &c, store.Options{ReadOnly: a.served != nil || !change, Create: create && a.served == nil})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	tokens := access.OpenTokens(s.Store.Dir())
	if a.served != nil {
		tokens = a.served.tokens
	}
	return tokenHint(do(tokens))
}

// tokenHint says what to do about an error of the tokens.
func tokenHint(err error) error {
	switch {
	case errors.Is(err, access.ErrTaken):
		return hinted{err, "choose another name, or take that one back: samestory token revoke NAME"}
	case errors.Is(err, access.ErrUnknown):
		return hinted{err, "samestory token list shows them"}
	case errors.Is(err, access.ErrMany):
		return hinted{err, "revoke those that are not used any more: samestory token list"}
	case errors.Is(err, access.ErrFile):
		return hinted{err, "put back a copy of it, or make new tokens without it: what changes something is open to this machine as long as the file is missing"}
	}
	return err
}

type tokenView struct {
	ID      string         `json:"id"`
	Name    string         `json:"name"`
	Scopes  []access.Scope `json:"scopes"`
	Created time.Time      `json:"created"`
	Expires *time.Time     `json:"expires"` // null: never
	Expired bool           `json:"expired"`
}

type newTokenView struct {
	Version int    `json:"version"`
	View    string `json:"view"`
	Token   string `json:"token"` // what its bearer shows
	tokenView
}

type revokedView struct {
	Version int    `json:"version"`
	View    string `json:"view"`
	tokenView
}

type tokensView struct {
	Version int         `json:"version"`
	View    string      `json:"view"`
	Tokens  []tokenView `json:"tokens"`
}

func viewOfToken(t access.Token, now time.Time) tokenView {
	v := tokenView{ID: t.ID, Name: t.Name, Scopes: t.Scopes, Created: t.Created.UTC(), Expired: t.Expired(now)}
	if !t.Expires.IsZero() {
		at := t.Expires.UTC()
		v.Expires = &at
	}
	return v
}

func (a *app) newToken(ctx context.Context, name, scopeList, lasts string, asJSON bool) error {
	scopes, err := access.ParseScopes(scopeList)
	if err != nil {
		return usageError{hinted{fmt.Errorf("--scope: %w", err), "read, push, edit, or several with commas: --scope read,push"}}
	}
	if err := access.CheckName(name); err != nil {
		return usageError{fmt.Errorf("--name: %w", err)}
	}
	now := a.now().UTC().Truncate(time.Second)
	var expires time.Time
	if lasts != "" {
		const longest = 100 * 365 * 24 * time.Hour
		d, err := config.ParseDuration(lasts)
		if err == nil && (d < time.Second || d > longest) {
			err = fmt.Errorf("%q, expected a second to a hundred years", lasts)
		}
		if err != nil {
			return usageError{fmt.Errorf("--expires: %w", err)}
		}
		expires = now.Add(d)
	}
	return a.tokens(ctx, true, true, func(tokens *access.Tokens) error {
		first := !tokens.Ever()
		t, text, err := tokens.New(name, scopes, expires, now)
		if err != nil {
			return err
		}
		if asJSON {
			return a.json(newTokenView{1, "token new", text, viewOfToken(t, now)})
		}
		// The token alone goes to standard output, so that it can be caught.
		fmt.Fprintln(a.stdout, text)
		fmt.Fprintf(a.stderr, "token %s (%s) has the scope %s and expires %s. It is not shown again.\n", t.ID, t.Name, scopeWords(t.Scopes),
			or(strings.TrimPrefix(moment(&t.Expires), "-"), "never"))
		if first {
			fmt.Fprintln(a.stderr, "It is the first one: from now on whatever changes something has to show a token, also on this machine.")
		}
		return nil
	})
}

func (a *app) listTokens(ctx context.Context, asJSON bool) error {
	return a.tokens(ctx, false, false, func(tokens *access.Tokens) error {
		list, err := tokens.List()
		if err != nil {
			return err
		}
		now := a.now()
		v := tokensView{1, "tokens", []tokenView{}}
		for _, t := range list {
			v.Tokens = append(v.Tokens, viewOfToken(t, now))
		}
		if asJSON {
			return a.json(v)
		}
		if len(list) == 0 {
			fmt.Fprintln(a.stdout, "no tokens: samestory token new makes one")
			return nil
		}
		w := tabwriter.NewWriter(a.stdout, 0, 0, 2, ' ', 0)
		fmt.Fprintln(w, "id\tname\tscopes\tmade\texpires\tstate")
		for i := range v.Tokens {
			t, state := &v.Tokens[i], "ok"
			if t.Expired {
				state = "expired"
			}
			fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%s\n", t.ID, t.Name, scopeWords(t.Scopes), moment(&t.Created),
				or(strings.TrimPrefix(moment(t.Expires), "-"), "never"), state)
		}
		return w.Flush()
	})
}

func (a *app) revokeToken(ctx context.Context, id string, asJSON bool) error {
	return a.tokens(ctx, true, false, func(tokens *access.Tokens) error {
		t, err := tokens.Revoke(id)
		if err != nil {
			return err
		}
		if asJSON {
			return a.json(revokedView{1, "token revoke", viewOfToken(t, a.now())})
		}
		fmt.Fprintf(a.stdout, "token %s (%s) is revoked\n", t.ID, t.Name)
		return nil
	})
}

func scopeWords(scopes []access.Scope) string {
	var words []string
	for _, s := range scopes {
		words = append(words, string(s))
	}
	return strings.Join(words, ",")
}

func (a *app) json(v any) error {
	e := json.NewEncoder(a.stdout)
	e.SetIndent("", "  ")
	return e.Encode(v)
}
