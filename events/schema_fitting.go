package events

// fitting are the rules of misfit.go as schemas, as far as a schema can say them: that values agree with one another is
// beyond it.
var fitting = map[Kind][]Schema{
	KindOrdered: {{
		"if":   Schema{"not": where("trial", true)},
		"then": Schema{"properties": Schema{"fee": Schema{"pattern": amountPattern}}},
	}},
	KindTerminated: {{
		"if":   Schema{"anyOf": []Schema{where("reason", EndArrears.String()), where("reason", EndWithdrawal.String())}},
		"then": without("unit_ids"),
	}},
	KindAssigned: {
		{"if": where("ground", GroundMerger.String()), "else": without("wallet_amount")},
		{"if": where("ground", GroundAgreed.String()), "else": Schema{"not": where("debts", DebtsRetained.String())}},
	},
	KindUnitsAdded:    {oneOfTwo("until", "term")},
	KindLateFeeCapped: {oneOfTwo("rate", "total")},
}

// where describes an object whose member of a name has a value.
func where(name string, value any) Schema {
	return Schema{"required": []string{name}, "properties": Schema{name: Schema{"const": value}}}
}

// without describes an object without a member.
func without(name string) Schema { return Schema{"not": Schema{"required": []string{name}}} }

func oneOfTwo(a, b string) Schema {
	return Schema{"oneOf": []Schema{{"required": []string{a}}, {"required": []string{b}}}}
}
