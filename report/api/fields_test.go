package api

import (
	"encoding/json"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"reflect"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/samestory/samestory/report/internal/fixture"
)

// The document says of fields what the comments of package report say of them.
func TestFieldsMeanWhatTheirCommentsSay(t *testing.T) {
	got := comments(t, "..")
	used := meanings{}
	for name := range New(options(fixture.Newsroom())).huma.OpenAPI().Components.Schemas.Map() {
		if m, ok := got[name]; ok {
			used[name] = m
		}
	}
	// Fields of embedded types are described under those.
	for _, name := range []string{"Meta", "Page", "Evidence"} {
		used[name] = got[name]
	}
	text, err := json.MarshalIndent(used, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	if *update {
		if err := os.WriteFile("fields.json", append(text, '\n'), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if diff := cmp.Diff(string(fieldsFile), string(text)+"\n"); diff != "" {
		t.Errorf("fields.json is not of these comments; go test ./report/api -update writes it, at the second time the document too (-file +comments):\n%s", diff)
	}
	if len(used) < 40 {
		t.Errorf("only %d types have comments", len(used))
	}
}

// comments reads those of the types and fields of a package.
func comments(t *testing.T, dir string) meanings {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "*.go"))
	if err != nil {
		t.Fatal(err)
	}
	out := meanings{}
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.ParseComments)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range parsed.Decls {
			g, ok := d.(*ast.GenDecl)
			if !ok || g.Tok != token.TYPE {
				continue
			}
			for _, spec := range g.Specs {
				x := spec.(*ast.TypeSpec)
				s, ok := x.Type.(*ast.StructType)
				if !ok || !x.Name.IsExported() {
					continue
				}
				m := map[string]string{"": oneLine(g.Doc)}
				for _, f := range s.Fields.List {
					about := oneLine(f.Doc)
					if about == "" {
						about = oneLine(f.Comment)
					}
					if name := jsonName(t, f); name != "" && about != "" {
						m[name] = about
					}
				}
				out[x.Name.Name] = m
			}
		}
	}
	return out
}

func oneLine(c *ast.CommentGroup) string { return strings.Join(strings.Fields(c.Text()), " ") }

func jsonName(t *testing.T, f *ast.Field) string {
	t.Helper()
	if f.Tag == nil {
		return ""
	}
	tag, err := strconv.Unquote(f.Tag.Value)
	if err != nil {
		t.Fatal(err)
	}
	name, _, _ := strings.Cut(reflect.StructTag(tag).Get("json"), ",")
	return name
}
