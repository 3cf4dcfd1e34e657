package money

import (
	"math"
	"math/big"
	"regexp"
	"testing"
)

func TestParse(t *testing.T) {
	tests := []struct {
		text     string
		fen      Fen
		decimals uint8
	}{
		{"0", 0, 0}, {"0.0", 0, 1}, {"0.00", 0, 2}, {"0.01", 1, 2}, {"0.1", 10, 1}, {"0.10", 10, 2},
		{"310", 31_000, 0}, {"310.5", 31_050, 1}, {"310.05", 31_005, 2}, {"999999999999.99", MaxFen, 2},
	}
	for _, tt := range tests {
		a, err := Parse(tt.text)
		if err != nil || a != (Amount{tt.fen, tt.decimals}) {
			t.Errorf("%s is %+v, %v", tt.text, a, err)
		}
		if a.String() != tt.text {
			t.Errorf("%s is spelled %s", tt.text, a)
		}
	}
}

func TestParseRefuses(t *testing.T) {
	for _, text := range []string{
		"", " ", ".", "1.", ".5", "-1", "+1", "−1", "1e9", "1E2", "00", "01", "1.234", "1,000", "1 000", " 1", "1 ", "1.0.0",
		"１", "٣", "0x10", "NaN", "Inf", "1000000000000", "¥1", "1_000", "1\x00",
	} {
		if a, err := Parse(text); err == nil {
			t.Errorf("%q is taken for %v", text, a)
		}
	}
}

func TestParseSigned(t *testing.T) {
	for text, want := range map[string]Amount{
		"0": {}, "0.00": {0, 2}, "310.5": {31_050, 1}, "-310.5": {-31_050, 1}, "-0.01": {-1, 2}, "-5": {-500, 0},
		"-0.5": {-50, 1}, "-999999999999.99": {-MaxFen, 2},
	} {
		a, err := ParseSigned(text)
		if err != nil || a != want || a.String() != text {
			t.Errorf("%s is %+v, spelled %s, %v", text, a, a, err)
		}
	}
	for _, text := range []string{"", "-", "-0", "-0.00", "--1", "+1", "- 1", "-01", "-1.005", "−1", "1-",
		"-1000000000000"} {
		if a, err := ParseSigned(text); err == nil {
			t.Errorf("%q is taken for %v", text, a)
		}
	}
}

func TestFenString(t *testing.T) {
	for fen, want := range map[Fen]string{0: "0.00", 5: "0.05", 31_000: "310.00", -5: "-0.05", -123_456: "-1234.56",
		MaxFen: "999999999999.99"} {
		if got := fen.String(); got != want {
			t.Errorf("%d fen are %s, want %s", int64(fen), got, want)
		}
		if text, err := fen.MarshalText(); err != nil || string(text) != want {
			t.Errorf("%d fen are marshalled as %s, %v", int64(fen), text, err)
		}
		var again Fen
		if err := again.UnmarshalText([]byte(want)); err != nil || again != fen {
			t.Errorf("%s is unmarshalled as %d, %v", want, int64(again), err)
		}
		if got := fen.Decimal(); got.StringFixed(2) != want {
			t.Errorf("%d fen are %s yuan", int64(fen), got)
		}
	}
}

func TestFenUnmarshalTextRefuses(t *testing.T) {
	for _, text := range []string{"", "1", "1.0", "1.000", "01.00", "+1.00", "-0.00", "1e2", "NaN", " 1.00", "1,00",
		"99999999999999999999.00", "1e-9999999"} {
		fen := Fen(7)
		if err := fen.UnmarshalText([]byte(text)); err != ErrSyntax || fen != 7 {
			t.Errorf("%q is taken for %d: %v", text, int64(fen), err)
		}
	}
}

func TestAmountAsText(t *testing.T) {
	var a Amount
	if err := a.UnmarshalText([]byte("310.5")); err != nil || a != (Amount{31_050, 1}) || a.Decimal().String() != "310.5" {
		t.Errorf("310.5 is %+v, %s yuan: %v", a, a.Decimal(), err)
	}
	if text, err := a.MarshalText(); err != nil || string(text) != "310.5" {
		t.Errorf("it is marshalled as %s: %v", text, err)
	}
	if err := a.UnmarshalText([]byte("-1")); err != ErrSyntax {
		t.Errorf("-1 is %+v: %v", a, err)
	}
}

func TestMulDivIsExact(t *testing.T) {
	for _, fen := range []Fen{0, 1, 99, 31_000, MaxFen} {
		for _, den := range []int64{1, 3, 31, 365 * 86_400, 3_155_760_000} {
			for _, num := range []int64{0, 1, den / 2, den - 1, den} {
				quotient, remainder, ok := MulDiv(fen, num, den)
				product := new(big.Int).Mul(big.NewInt(int64(fen)), big.NewInt(num))
				q, r := product.QuoRem(product, big.NewInt(den), new(big.Int))
				if !ok || q.Int64() != int64(quotient) || r.Int64() != remainder {
					t.Errorf("%d * %d / %d is %d and %d, want %v and %v", fen, num, den, quotient, remainder, q, r)
				}
			}
		}
	}
}

func TestMulDivTellsWhatDoesNotFit(t *testing.T) {
	for _, c := range []struct {
		num, den int64
		fits     bool
	}{{math.MaxInt64 / int64(MaxFen), 1, true}, {math.MaxInt64/int64(MaxFen) + 1, 1, false}, {math.MaxInt64, 1,
		false}, {math.MaxInt64, math.MaxInt64, true}} {
		if _, _, ok := MulDiv(MaxFen, c.num, c.den); ok != c.fits {
			t.Errorf("%d * %d / %d fits: %t", MaxFen, c.num, c.den, ok)
		}
	}
}

// Parse takes what the grammar of the interface takes, and String is its inverse.
func FuzzAmount(f *testing.F) {
	grammar := regexp.MustCompile(`^(0|[1-9][0-9]{0,11})(\.[0-9]{1,2})?$`)
	for _, text := range []string{"310.00", "0", "0.5", "1e9", "-1", "1.234", "１", "999999999999.99", "1\n"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		a, err := Parse(text)
		if (err == nil) != grammar.MatchString(text) {
			t.Fatalf("%q: %v, which is not what the grammar says", text, err)
		}
		if err == nil && (a.String() != text || a.Fen < 0 || a.Fen > MaxFen) {
			t.Fatalf("%q is spelled %s", text, a)
		}
	})
}
