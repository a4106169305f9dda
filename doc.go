// Package samestory holds no code: the program is cmd/samestory, and docs/ARCHITECTURE.md says how the house is laid
// out. Its tests hold the rules that cut across packages.
package samestory
