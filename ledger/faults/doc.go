// Package faults holds nothing but tests: sweeps of faults over the ledger. Each makes one fault at one point, and then
// asks an outside record of what was acknowledged (never the ledger itself) whether
//
//   - every acknowledged message is there, as it was acknowledged, and none twice;
//   - verifying finds nothing;
//   - the tree has the root of an undisturbed run of the same stream;
//   - the ledger opens again, takes the rest of the stream, and still has that root.
//
// The sweeps are TestBitFlips, TestFailingSyscalls, TestFullDisk, TestPlantedBugs, TestKills and TestPowerCuts. Without
// flags each is short, and TestPowerCuts, which needs root, does nothing; scripts/faults.sh runs them whole. A point
// follows from the seed and its number alone, so a sweep can be taken up where it stopped.
package faults
