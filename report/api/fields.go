package api

import (
	_ "embed" // of what the fields of views mean
	"encoding/json"
	"fmt"
)

// fieldsFile says what the types of views and their fields mean: the comments of package report, by type and by the name of a
// field in JSON; "" is the type itself. A test writes it, and holds it against the comments.
//
//go:embed fields.json
var fieldsFile []byte

type meanings map[string]map[string]string

func readMeanings() meanings {
	var m meanings
	if err := json.Unmarshal(fieldsFile, &m); err != nil {
		panic(fmt.Sprintf("fields.json: %v", err)) // it is part of the program
	}
	return m
}
