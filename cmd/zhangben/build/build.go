// Package build says which build of zhangben runs.
package build

import "runtime/debug"

// Version is set by the linker in a release: -ldflags "-X zhangben/cmd/zhangben/build.Version=1.2.3".
var Version = "0.1.0"

// LogFormat is the latest format of the log file that this program writes and reads.
const LogFormat = 2

// Commit is the commit that the program was built from, "" where the build has not noted it.
func Commit() string {
	info, _ := debug.ReadBuildInfo()
	if info == nil {
		return ""
	}
	for _, setting := range info.Settings {
		if setting.Key == "vcs.revision" {
			return setting.Value
		}
	}
	return ""
}
