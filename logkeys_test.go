package samestory_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// fieldsFrom is at which argument of a method of slog.Logger its keys begin.
var fieldsFrom = map[string]int{"Debug": 1, "Info": 1, "Warn": 1, "Error": 1, "With": 0, "Log": 3}

// TestLogKeysAreDocumented holds that every key of a log line is in the manual: whoever searches logs relies on them.
func TestLogKeysAreDocumented(t *testing.T) {
	manual, err := os.ReadFile("docs/OPERATIONS.md")
	if err != nil {
		t.Fatal(err)
	}
	_, section, ok := strings.Cut(string(manual), "\n## Logs\n")
	if !ok {
		t.Fatal("the manual has no section on logs")
	}
	section, _, _ = strings.Cut(section, "\n## ")
	documented := make(map[string]bool)
	for _, m := range regexp.MustCompile("`([a-z_]+)`").FindAllStringSubmatch(section, -1) {
		documented[m[1]] = true
	}
	files := token.NewFileSet()
	found := 0
	err = filepath.WalkDir(".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		file, err := parser.ParseFile(files, path, nil, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		ast.Inspect(file, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if !ok {
				return true
			}
			method, ok := call.Fun.(*ast.SelectorExpr)
			if !ok || !isLogger(method.X) {
				return true
			}
			from, ok := fieldsFrom[method.Sel.Name]
			if !ok {
				return true
			}
			for i := from; i < len(call.Args); i += 2 {
				key, ok := call.Args[i].(*ast.BasicLit)
				if !ok {
					continue // a list made elsewhere
				}
				word, err := strconv.Unquote(key.Value)
				found++
				if err != nil || !documented[word] {
					t.Errorf("%s: the key %s of a log line is not in docs/OPERATIONS.md", files.Position(key.Pos()), key.Value)
				}
			}
			return true
		})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if found < 50 {
		t.Errorf("only %d keys were found: the search is broken", found)
	}
}

// isLogger tells by its name whether an expression is a logger.
func isLogger(x ast.Expr) bool {
	switch x := x.(type) {
	case *ast.Ident:
		return strings.EqualFold(x.Name, "log")
	case *ast.SelectorExpr:
		return strings.EqualFold(x.Sel.Name, "log")
	case *ast.CallExpr: // log.With(...)
		if method, ok := x.Fun.(*ast.SelectorExpr); ok && method.Sel.Name == "With" {
			return isLogger(method.X)
		}
	}
	return false
}
