package config

import (
	"encoding"
	"errors"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"

	"github.com/pelletier/go-toml/v2"
	"github.com/pelletier/go-toml/v2/unstable"
)

// Parse reads a config; name stands for the file in errors, which are *Error. Paths stay as they are written.
//
// The document is decoded to plain maps and walked from there: the decoder's own strict mode stops at the first wrong
// type, and knows no lines for what is found out later.
func Parse(name string, data []byte) (Config, error) {
	var doc map[string]any
	if err := toml.Unmarshal(data, &doc); err != nil {
		p := Problem{Reason: "no TOML: " + strings.TrimPrefix(err.Error(), "toml: ")}
		if de, ok := errors.AsType[*toml.DecodeError](err); ok {
			p.Line, _ = de.Position()
			p.Key = strings.Join(de.Key(), ".")
		}
		return Config{}, &Error{name, []Problem{p}}
	}
	p := &problems{lines: keyLines(data)}
	c := Default()
	p.fill(reflect.ValueOf(&c).Elem(), doc, "")
	p.check(&c)
	if err := p.err(name); err != nil {
		return Config{}, err
	}
	return c, nil
}

// fill sets v from what the document says, and reports what does not fit.
func (p *problems) fill(v reflect.Value, data any, key string) {
	if text, ok := v.Addr().Interface().(encoding.TextUnmarshaler); ok {
		if s, ok := data.(string); ok {
			if err := text.UnmarshalText([]byte(s)); err != nil {
				p.add(key, "%v", err)
			}
			return
		}
		if v.Kind() != reflect.Int64 { // a bare number is a size and no duration
			p.add(key, "%s", mismatch("a string in quotes with a unit", data))
			return
		}
	}
	switch v.Kind() {
	case reflect.Struct:
		table, ok := data.(map[string]any)
		if !ok {
			p.add(key, "%s", mismatch("a table", data))
			return
		}
		p.fillStruct(v, table, key)
	case reflect.Slice:
		list, ok := data.([]any)
		if !ok {
			p.add(key, "%s", mismatch("a list", data))
			return
		}
		out := reflect.MakeSlice(v.Type(), len(list), len(list))
		for i, item := range list {
			switch out.Index(i).Type() {
			case reflect.TypeFor[Source]():
				out.Index(i).Set(reflect.ValueOf(DefaultSource()))
			case reflect.TypeFor[Webhook]():
				out.Index(i).Set(reflect.ValueOf(DefaultWebhook()))
			}
			p.fill(out.Index(i), item, fmt.Sprintf("%s[%d]", key, i))
		}
		v.Set(out)
	case reflect.Map:
		p.fillNames(v, data, key)
	case reflect.String:
		fillScalar(p, data, key, "a string in quotes", v.SetString)
	case reflect.Bool:
		fillScalar(p, data, key, "true or false", v.SetBool)
	case reflect.Int, reflect.Int64:
		fillScalar(p, data, key, "a whole number", v.SetInt)
	case reflect.Float64:
		if n, ok := data.(int64); ok {
			data = float64(n)
		}
		fillScalar(p, data, key, "a number", v.SetFloat)
	}
}

func fillScalar[T any](p *problems, data any, key, want string, set func(T)) {
	if t, ok := data.(T); ok {
		set(t)
		return
	}
	p.add(key, "%s", mismatch(want, data))
}

func (p *problems) fillStruct(v reflect.Value, table map[string]any, key string) {
	names := make([]string, v.NumField())
	for i := range names {
		names[i] = v.Type().Field(i).Tag.Get("toml")
	}
	for _, name := range slices.Sorted(maps.Keys(table)) {
		at := slices.Index(names, name)
		if at < 0 {
			p.add(dotted(key, name), "unknown setting, expected one of %s", strings.Join(names, ", "))
			continue
		}
		p.fill(v.Field(at), table[name], dotted(key, name))
	}
}

// fillNames reads a mapping: a name, or a list of names, for each field.
func (p *problems) fillNames(v reflect.Value, data any, key string) {
	table, ok := data.(map[string]any)
	if !ok {
		p.add(key, "%s", mismatch("a table", data))
		return
	}
	out := make(map[string][]string, len(table))
	for _, name := range slices.Sorted(maps.Keys(table)) {
		item := table[name]
		if one, ok := item.(string); ok {
			item = []any{one}
		}
		var list []string
		p.fill(reflect.ValueOf(&list).Elem(), item, dotted(key, name))
		out[name] = list
	}
	v.Set(reflect.ValueOf(out))
}

func dotted(key, name string) string {
	if key == "" {
		return name
	}
	return key + "." + name
}

// mismatch says in TOML's words what was found.
func mismatch(want string, data any) string {
	found := "a date"
	switch data := data.(type) {
	case string:
		found = fmt.Sprintf("the string %q", data)
	case int64, float64:
		found = fmt.Sprintf("the number %v", data)
	case bool:
		found = fmt.Sprintf("%v", data)
	case []any:
		found = "a list"
	case map[string]any:
		found = "a table"
	}
	return fmt.Sprintf("expected %s, found %s", want, found)
}

// keyLines maps every dotted key of the document to its line.
func keyLines(data []byte) map[string]int {
	lines := map[string]int{}
	count := map[string]int{}
	table := ""
	var p unstable.Parser
	p.Reset(data)
	for p.NextExpression() {
		e := p.Expression()
		key, line := table, 0
		if e.Kind != unstable.KeyValue {
			key = ""
		}
		for it := e.Key(); it.Next(); {
			node := it.Node()
			line = p.Shape(node.Raw).Start.Line
			key = dotted(key, string(node.Data))
			// A table inside a list of tables belongs to its last element.
			if n, ok := count[key]; ok && (!it.IsLast() || e.Kind == unstable.Table) {
				key = fmt.Sprintf("%s[%d]", key, n)
			}
		}
		switch e.Kind {
		case unstable.ArrayTable:
			if _, ok := count[key]; ok {
				count[key]++
			} else {
				count[key] = 0
			}
			key = fmt.Sprintf("%s[%d]", key, count[key])
			table = key
		case unstable.Table:
			table = key
		}
		if _, ok := lines[key]; !ok {
			lines[key] = line
		}
	}
	return lines
}
