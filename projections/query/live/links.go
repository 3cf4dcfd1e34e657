package live

import "slices"

// links are, by the number of an account, those whose figures follow from its records, too: contracts passed between
// them.
type links map[uint32][]uint32

// link notes on which accounts the figures of one follow. What is noted stays: an account too many is folded once more.
func (s *Set) link(number uint32, accounts []string) {
	for _, account := range accounts {
		of, known := s.log.AccountNumber([]byte(account))
		if known && !slices.Contains(s.linked[of], number) {
			s.linked[of] = append(s.linked[of], number)
		}
	}
}

// concerned lists the accounts that a record of an account concerns.
func (s *Set) concerned(account []byte, to string) []uint32 {
	number, known := s.log.AccountNumber(account)
	if !known {
		return nil
	}
	list := append([]uint32{number}, s.linked[number]...)
	if to != "" {
		list = append(list, s.concerned([]byte(to), "")...)
	}
	return list
}
