package server

import "zhangben/cmd/zhangben/disk"

// maxDefaultStreamBytes bounds the stream where no option says how large it may grow.
const maxDefaultStreamBytes = 64 << 30

// minDefaultStreamBytes is taken where the free disk cannot be learnt, or is nearly none.
const minDefaultStreamBytes = 256 << 20

// defaultStreamBytes is a quarter of the free disk: the log beside the stream needs room too, and a full disk is worse
// than a full stream.
func defaultStreamBytes(dir string) int64 {
	free, _, err := disk.Space(dir)
	if err != nil {
		return minDefaultStreamBytes
	}
	return min(max(free/4, minDefaultStreamBytes), maxDefaultStreamBytes)
}
