package exit

import (
	"errors"

	"zhangben/ledger"
)

// IsDamage reports whether an error is about a log that is not what was written.
func IsDamage(err error) bool {
	return errors.Is(err, ledger.ErrDamaged) || errors.Is(err, ledger.ErrFormat)
}

// Unverified gives an error about a log that did not verify the exit code of rejections.
func Unverified(err error) error {
	if IsDamage(err) {
		return With(Rejected, err)
	}
	return err
}
