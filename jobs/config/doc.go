// Package config reads the settings of samestory from a TOML file. Everything has a default, so that no file is needed.
//
// # Glossary
//
//   - setting: one value, named by its dotted key: daemon.tick, source[1].paths (the second source).
//   - problem: one thing that is wrong in the file, with its line, key and what was expected.
//
// # Invariants
//
// A file is read strictly: an unknown key, a wrong type and a value out of range are problems, and all of them are told
// at once. A Config that Load or Parse returns without an error can be used as it is: its schedules parse, its zones
// exist, its mappings name fields. config.example.toml at the top of the repository shows every setting with its
// default; a test holds it to Default.
//
// # Concurrency
//
// A Config is plain data; share it as long as nobody changes it.
package config
