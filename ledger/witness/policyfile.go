package witness

import (
	"fmt"

	"zhangben/ledger/inputfile"
)

// maxPolicy is how large the file of a policy may be, in bytes.
const maxPolicy = 64 << 10

// ReadPolicy reads the policy of a file.
func ReadPolicy(path string) (policy Policy, err error) {
	text, err := inputfile.Read(path, maxPolicy)
	if err == nil {
		policy, err = ParsePolicy(text)
	}
	if err != nil {
		return policy, fmt.Errorf("%s: %w", path, err)
	}
	return policy, nil
}
