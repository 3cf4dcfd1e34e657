package proofs

import (
	"zhangben/cmd/zhangben/exit"
	"zhangben/ledger/proof"
	"zhangben/ledger/witness"
)

// Trusted is what an outsider goes by: the public key of the log, and the policy of its witnesses, if there is one.
type Trusted struct {
	key    proof.Key
	policy *witness.Policy
}

// ReadTrusted reads a key, or the file with one, and the file of a policy, "" for none.
func ReadTrusted(key, policyFile string) (by Trusted, err error) {
	if by.key, err = readPublicKey(key); err != nil || policyFile == "" {
		return by, err
	}
	policy, err := witness.ReadPolicy(policyFile)
	if err != nil {
		return by, exit.Usagef("--policy: %w", err)
	}
	by.policy = &policy
	return by, nil
}

// checkWitnesses asks that enough witnesses have cosigned a checkpoint, and counts the signatures that were not
// checked.
func (v *proved) checkWitnesses(checkpoint []byte, by Trusted) error {
	v.Unchecked = proof.OtherSignatures(checkpoint, by.key)
	if by.policy == nil {
		return nil
	}
	signed, err := by.policy.Check(checkpoint)
	for _, c := range signed {
		v.Cosigned = append(v.Cosigned, cosigned{c.Witness, c.At.String()})
	}
	v.Unchecked -= len(signed)
	return err
}
