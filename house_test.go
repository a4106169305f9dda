package samestory_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

const module = "github.com/samestory/samestory"

// rule forbids packages under from to depend on anything under to, but for those listed in except.
type rule struct {
	from, to string
	except   []string
	why      string
}

var rules = []rule{
	{from: "/cluster", to: module, except: []string{module + "/cluster"}, why: "the core imports nothing of ours but its own children"},
	{from: "/cluster", to: "net/http", why: "the core has no I/O"},
	{from: "/cluster/text", to: module + "/cluster", except: []string{module + "/cluster/text"}, why: "the stages build on text, not the other way"},
	{from: "/cluster/sketch", to: module + "/cluster", except: []string{module + "/cluster/text", module + "/cluster/sketch"}, why: "sketch knows only text"},
	{from: "/cluster/event", to: module + "/cluster/neardup", why: "events do not know how copies are found"},
	{from: "/cluster/thread", to: module + "/cluster/neardup", why: "threads do not know how copies are found"},
	{from: "/store", to: module, except: []string{module + "/cluster", module + "/store"}, why: "the store knows only the core"},
	{from: "/report", to: module + "/jobs", why: "the read side never runs jobs"},
	{from: "/jobs", to: module + "/report", why: "jobs do not render"},
	{from: "/jobs", to: module + "/cmd", why: "nothing imports cmd"},
	{from: "/report", to: module + "/cmd", why: "nothing imports cmd"},
	{from: "/report/catalog", to: module + "/report/web", why: "lists know nothing of who shows them"},
	{from: "/jobs/source/fetch", to: module, except: []string{module + "/jobs/source/fetch"}, why: "who fetches knows no stories"},
	{from: "/jobs/source/article", to: module, except: []string{module + "/jobs/source/article", module + "/jobs/source/fetch"}, why: "an article is a page's and not yet a story"},
}

// owners lists the libraries that only one package may import, or the few that are named.
var owners = map[string]string{
	"github.com/dgraph-io/badger/v4":                   module + "/store",
	"github.com/robfig/cron/v3":                        module + "/jobs/schedule",
	"github.com/ekzhu/minhash-lsh":                     module + "/cluster/neardup",
	"github.com/spf13/cobra":                           module + "/cmd/samestory",
	"github.com/pelletier/go-toml/v2":                  module + "/jobs/config",
	"github.com/abadojack/whatlanggo":                  module + "/cluster/text",
	"github.com/prometheus/client_golang/prometheus":   module + "/jobs/metrics",
	"code.dny.dev/ssrf":                                module + "/jobs/source/fetch",
	"github.com/danielgtaylor/huma/v2":                 module + "/report/api",
	"github.com/danielgtaylor/huma/v2/adapters/humago": module + "/report/api",
	"github.com/mmcdole/gofeed":                        module + "/jobs/source/feed",
	"github.com/parquet-go/parquet-go":                 module + "/report",
	"golang.org/x/time/rate":                           module + "/jobs/source/fetch " + module + "/report/access",
}

// askers are the packages that may send HTTP requests: all others would go around the guard, the limits and the manners of
// the first. The other two ask servers of the user's choice and follow no redirects.
var askers = []string{module + "/jobs/source/fetch", module + "/jobs/embed", module + "/jobs/webhook"}

// asking is what of net/http sends requests. Servers, headers and statuses are free.
var asking = []string{
	"Client", "DefaultClient", "DefaultTransport", "Get", "Head", "NewFileTransport", "Post", "PostForm", "Transport",
}

// TestRequestsGoOutInFewPlaces holds that nobody but the askers makes or borrows a client.
func TestRequestsGoOutInFewPlaces(t *testing.T) {
	asked := map[string]bool{}
	for pkg, files := range goList(t, "{{.ImportPath}} {{.Dir}} {{join .GoFiles \" \"}}") {
		for _, name := range files[1:] {
			for _, use := range httpUses(t, filepath.Join(files[0], name)) {
				if asked[pkg] = true; !slices.Contains(askers, pkg) {
					t.Errorf("%s uses http.%s in %s, which is for %s", pkg, use, name, strings.Join(askers, ", "))
				}
			}
		}
	}
	for _, pkg := range askers {
		if !asked[pkg] {
			t.Errorf("%s may send requests and does not", pkg)
		}
	}
}

// httpUses lists what a file uses of asking.
func httpUses(t *testing.T, file string) (uses []string) {
	t.Helper()
	f, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	name := ""
	for _, i := range f.Imports {
		if i.Path.Value == `"net/http"` {
			if name = "http"; i.Name != nil {
				name = i.Name.Name
			}
		}
	}
	ast.Inspect(f, func(n ast.Node) bool {
		if s, ok := n.(*ast.SelectorExpr); ok {
			if x, ok := s.X.(*ast.Ident); ok && name != "" && x.Name == name && slices.Contains(asking, s.Sel.Name) {
				uses = append(uses, s.Sel.Name)
			}
		}
		return true
	})
	return uses
}

// TestHouse holds the one direction of dependencies: cmd -> jobs, report -> store -> cluster -> text libraries.
func TestHouse(t *testing.T) {
	packages := goList(t, "{{.ImportPath}} {{join .Deps \" \"}}")
	for pkg, deps := range packages {
		for _, r := range rules {
			if !within(pkg, module+r.from) {
				continue
			}
			for _, dep := range deps {
				if within(dep, r.to) && !withinAny(dep, r.except) {
					t.Errorf("%s depends on %s: %s", pkg, dep, r.why)
				}
			}
		}
	}
	for pkg, imports := range goList(t, "{{.ImportPath}} {{join .Imports \" \"}}") {
		for _, imported := range imports {
			if owner := owners[imported]; owner != "" && !slices.Contains(strings.Fields(owner), pkg) {
				t.Errorf("%s imports %s, which only %s may", pkg, imported, owner)
			}
		}
	}
}

// TestEveryPackageExplainsItself holds that each package has a doc.go.
func TestEveryPackageExplainsItself(t *testing.T) {
	for pkg, files := range goList(t, "{{.ImportPath}} {{join .GoFiles \" \"}}") {
		if len(files) > 0 && !strings.HasSuffix(pkg, "/cmd/samestory") && !strings.Contains(" "+strings.Join(files, " ")+" ", " doc.go ") && !strings.Contains(pkg, "/internal/") {
			t.Errorf("%s has no doc.go", pkg)
		}
	}
}

func goList(t *testing.T, format string) map[string][]string {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), "go", "list", "-f", format, "./...").Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	lists := make(map[string][]string)
	for line := range strings.Lines(string(out)) {
		fields := strings.Fields(line)
		lists[fields[0]] = fields[1:]
	}
	return lists
}

func within(pkg, root string) bool {
	return pkg == root || strings.HasPrefix(pkg, root+"/")
}

func withinAny(pkg string, roots []string) bool {
	for _, root := range roots {
		if within(pkg, root) {
			return true
		}
	}
	return false
}
