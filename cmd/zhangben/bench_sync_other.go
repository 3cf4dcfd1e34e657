//go:build !linux

package main

import "os"

// dataSync makes what was written durable.
func dataSync(file *os.File) error { return file.Sync() }
