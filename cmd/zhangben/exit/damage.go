package exit

import (
	"errors"

	"zhangben/ledger"
)

// IsDamage reports whether an error is about a log that is not what was written.
func IsDamage(err error) bool {
	return errors.Is(err, ledger.ErrDamaged) || errors.Is(err, ledger.ErrFormat)
}

// Unverified returns err, with the exit code of rejections where it is about a log that did not verify.
func Unverified(err error) error {
	if IsDamage(err) {
		return With(Rejected, err)
	}
	return err
}
