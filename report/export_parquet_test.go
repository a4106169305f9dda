package report

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/parquet-go/parquet-go"

	"github.com/samestory/samestory/report/internal/fixture"
)

func readParquet[R any](t *testing.T, b []byte) []R {
	t.Helper()
	r := parquet.NewGenericReader[R](bytes.NewReader(b))
	rows := make([]R, r.NumRows())
	n, err := r.Read(rows)
	if n != len(rows) || err != nil && !errors.Is(err, io.EOF) {
		t.Fatalf("read %d of %d rows: %v", n, len(rows), err)
	}
	if err := r.Close(); err != nil {
		t.Fatal(err)
	}
	return rows
}

// exported writes an export of the newsroom.
func exported(t *testing.T, name string, f Format) []byte {
	t.Helper()
	r := fixture.Newsroom()
	var b bytes.Buffer
	var err error
	switch name {
	case "assignments":
		_, err = ExportAssignments(t.Context(), &b, r, f)
	case "stories":
		_, err = ExportStories(t.Context(), &b, r, f, StoriesFilter{})
	case "stories-unique":
		_, err = ExportStories(t.Context(), &b, r, f, StoriesFilter{Unique: true})
	case "events":
		_, err = ExportEvents(t.Context(), &b, r, f, fixture.Now)
	case "pairs":
		_, err = ExportPairs(t.Context(), &b, r, f)
	}
	if err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// TestParquetSaysWhatJSONSays reads each export back, column by column, and compares it with its lines of JSON.
func TestParquetSaysWhatJSONSays(t *testing.T) {
	for _, name := range []string{"assignments", "stories", "stories-unique", "events", "pairs"} {
		t.Run(name, func(t *testing.T) {
			var want []map[string]any
			for line := range strings.Lines(string(exported(t, name, JSONL))) {
				var m map[string]any
				if err := json.Unmarshal([]byte(line), &m); err != nil {
					t.Fatal(err)
				}
				want = append(want, m)
			}
			got := readParquet[any](t, exported(t, name, Parquet))
			if len(got) != len(want) || len(got) == 0 {
				t.Fatalf("%d rows, %d lines", len(got), len(want))
			}
			for i := range got {
				row := plainRow(t, got[i])
				for key, v := range want[i] {
					if diff := cmp.Diff(v, row[key]); diff != "" {
						t.Errorf("row %d, %s (-JSON +Parquet):\n%s", i, key, diff)
					}
				}
				for key, v := range row {
					if _, said := want[i][key]; !said && !empty(v) {
						t.Errorf("row %d: %s is %v, which JSON does not say", i, key, v)
					}
				}
			}
		})
	}
}

// plainRow is a row of any schema as JSON would have it: with times in words, and lists without their wrapping.
func plainRow(t *testing.T, row any) map[string]any {
	t.Helper()
	m, ok := row.(map[string]any)
	if !ok {
		t.Fatalf("a row is %T", row)
	}
	out := map[string]any{}
	for key, v := range m {
		out[key] = plainValue(v)
		if slices.Contains([]string{"published", "updated", "arrived", "first", "last"}, key) && v != nil {
			out[key] = timeOf(t, v)
		}
	}
	return out
}

func timeOf(t *testing.T, v any) string {
	t.Helper()
	switch v := v.(type) {
	case time.Time:
		return v.UTC().Format(time.RFC3339Nano)
	case int64:
		return time.UnixMicro(v).UTC().Format(time.RFC3339Nano)
	}
	t.Fatalf("a time is %T", v)
	return ""
}

func plainValue(v any) any {
	switch v := v.(type) {
	case []byte:
		return string(v)
	case int32:
		return float64(v)
	case int64:
		return float64(v)
	case uint64:
		return float64(v)
	case []any:
		list := []any{}
		for _, x := range v {
			list = append(list, plainValue(x))
		}
		return list
	case map[string]any:
		if list, ok := v["list"].([]any); ok && len(v) == 1 {
			out := []any{}
			for _, x := range list {
				out = append(out, plainValue(x.(map[string]any)["element"]))
			}
			return out
		}
		if list, ok := v["list"]; ok && list == nil {
			return []any{}
		}
		out := map[string]any{}
		for key, x := range v {
			out[key] = plainValue(x)
		}
		return out
	}
	return v
}

func empty(v any) bool {
	list, isList := v.([]any)
	return v == nil || v == false || v == "" || isList && len(list) == 0
}

func TestParquetHasTypesAndIsTheSameEachTime(t *testing.T) {
	for name, want := range map[string][]string{
		"assignments": {"required binary id (STRING)", "optional binary event (STRING)"},
		"stories":     {"optional int64 published (TIMESTAMP(isAdjustedToUTC=true,unit=MICROS))", "required int64 arrived (TIMESTAMP", "required group stands_for (LIST)"},
		"events":      {"required group members (LIST)", "required double importance", "required int32 stories"},
	} {
		b := exported(t, name, Parquet)
		if !bytes.Equal(b, exported(t, name, Parquet)) {
			t.Errorf("%s: two files of one state differ", name)
		}
		f, err := parquet.OpenFile(bytes.NewReader(b), int64(len(b)))
		if err != nil {
			t.Fatal(err)
		}
		schema := fmt.Sprint(f.Schema())
		for _, w := range want {
			if !strings.Contains(schema, w) {
				t.Errorf("%s: no %q in\n%s", name, w, schema)
			}
		}
		if of, _ := f.Lookup("samestory.export"); of != name {
			t.Errorf("the file calls itself %q", of)
		}
	}
}

func TestParquetOfManyRowsHasGroups(t *testing.T) {
	var b bytes.Buffer
	out := newParquetTable(&b, "assignments", 100, func(l AssignmentLine) parquetAssignment { return parquetAssignment(l) })
	for i := range 250 {
		if err := out.write(AssignmentLine{ID: fmt.Sprintf("s%03d", i), Duplicates: "g"}); err != nil {
			t.Fatal(err)
		}
	}
	if err := out.close(); err != nil {
		t.Fatal(err)
	}
	f, err := parquet.OpenFile(bytes.NewReader(b.Bytes()), int64(b.Len()))
	if err != nil {
		t.Fatal(err)
	}
	rows := readParquet[parquetAssignment](t, b.Bytes())
	if len(f.RowGroups()) != 3 || rows[249].ID != "s249" || rows[249].Event != nil {
		t.Errorf("%d groups, last row %+v", len(f.RowGroups()), rows[len(rows)-1])
	}
}
