//go:build race

package api_test

// raceSlack is how many times as long work may take with the race detector. Without it the bounds hold as they are.
const raceSlack = 5
