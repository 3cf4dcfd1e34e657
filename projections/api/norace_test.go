//go:build !race

package api_test

const raceSlack = 1
