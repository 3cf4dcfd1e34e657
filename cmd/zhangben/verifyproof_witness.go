package main

import (
	"zhangben/cmd/zhangben/exit"
	"zhangben/ledger/proof"
	"zhangben/ledger/witness"
)

// trusted is what an outsider goes by: the public key of the log, and the policy of its witnesses, if there is one.
type trusted struct {
	key    proof.Key
	policy *witness.Policy
}

func readTrusted(key, policyFile string) (by trusted, err error) {
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

// checkWitnesses asks that enough witnesses have cosigned a checkpoint, and counts the signatures that nobody has checked.
func (v *provedView) checkWitnesses(checkpoint []byte, by trusted) error {
	v.Unchecked = proof.OtherSignatures(checkpoint, by.key)
	if by.policy == nil {
		return nil
	}
	cosigned, err := by.policy.Check(checkpoint)
	for _, c := range cosigned {
		v.Cosigned = append(v.Cosigned, cosignedView{c.Witness, c.At.String()})
	}
	v.Unchecked -= len(cosigned)
	return err
}
