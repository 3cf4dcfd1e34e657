package events

import (
	"maps"
	"slices"
)

// The grammars of single values, as regular expressions that ECMA-262 and RE2 read alike.
const (
	changePattern      = `^[A-Za-z0-9][A-Za-z0-9_-]{0,56}$`
	identPattern       = `^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$`
	idPattern          = `^[0-9A-Fa-f]{8}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{12}$`
	plainPattern       = `^[^\x00-\x1f\x7f-\x9f]` // the beginning of one
	amountZeroPattern  = `^(0|[1-9][0-9]{0,11})(\.[0-9]{1,2})?$`
	amountPattern      = `^([1-9][0-9]{0,11}(\.[0-9]{1,2})?|0\.([1-9][0-9]?|0[1-9]))$`
	ratePattern        = `^(0|[1-9][0-9]{0,3})(\.[0-9]{1,9})?$`
	termPattern        = `^P(([1-9][0-9]?|100)Y|([1-9][0-9]{0,2}|1[01][0-9]{2}|1200)M|` + hundredYearsOfDays + `D)$`
	hundredYearsOfDays = `([1-9][0-9]{0,3}|[12][0-9]{4}|3[0-5][0-9]{3}|36[0-4][0-9]{2}|365[01][0-9]|3652[0-5])`
	signedPattern      = `^((0|[1-9][0-9]{0,11})(\.[0-9]{1,2})?` +
		`|-([1-9][0-9]{0,11}(\.[0-9]{1,2})?|0\.([1-9][0-9]?|0[1-9])))$`
	secondsPattern = `^PT([1-9][0-9]{0,8}|[12][0-9]{9}|30[0-9]{8}|31[0-4][0-9]{7}|315[0-4][0-9]{6}|3155[0-6][0-9]{5}` +
		`|31557[0-5][0-9]{4}|3155760000)S$`
	monthPattern = `^2[01][0-9]{2}-(0[1-9]|1[0-2])$`
	dayPattern   = `((0[13578]|1[02])-(0[1-9]|[12][0-9]|3[01])|(0[469]|11)-(0[1-9]|[12][0-9]|30)` +
		`|02-(0[1-9]|[12][0-9]))` // of a leap year
	instantPattern = `^(1999|2[01][0-9]{2}|2200)-` + dayPattern + `[Tt]([01][0-9]|2[0-3]):[0-5][0-9]:([0-5][0-9]|60)` +
		`(\.[0-9]{1,9})?([Zz]|[+-]([01][0-9]|2[0-3]):[0-5][0-9])$`
	contentTypePattern = `^[ \t]*([Aa][Pp][Pp][Ll][Ii][Cc][Aa][Tt][Ii][Oo][Nn]/[Jj][Ss][Oo][Nn]|` +
		tokenPattern + `/` + tokenPattern + `\+[Jj][Ss][Oo][Nn])[ \t]*(;[^\x00]*)?$`
	tokenPattern = "[!#$%&'*+.^_`|~0-9A-Za-z-]+"
)

// The grammar of a URI-reference (RFC 3986, 4.1); of an authority only the characters.
const (
	escapePattern = `|%[0-9A-Fa-f]{2})*`
	pathPattern   = `([A-Za-z0-9._~!$&'()*+,;=:@/-]` + escapePattern
	firstPattern  = `([A-Za-z0-9._~!$&'()*+,;=@-]` + escapePattern // a segment that could not be taken for a scheme
	hostPattern   = `([A-Za-z0-9._~!$&'()*+,;=:@\[\]-]` + escapePattern
	queryPattern  = `([A-Za-z0-9._~!$&'()*+,;=:@/?-]` + escapePattern
	schemePattern = `[A-Za-z][A-Za-z0-9+.-]*:`
	sourcePattern = `^((` + schemePattern + `)?//` + hostPattern + `(/` + pathPattern + `)?` +
		`|` + schemePattern + pathPattern +
		`|` + firstPattern + `(/` + pathPattern + `)?)(\?` + queryPattern + `)?(#` + queryPattern + `)?$`
)

func patternSchema(pattern string) Schema { return Schema{"type": "string", "pattern": pattern} }

func textSchema(longest int, pattern string) Schema {
	return Schema{"type": "string", "minLength": 1, "maxLength": longest, "pattern": pattern}
}

func identSchema() Schema { return patternSchema(identPattern) }

func identsSchema() Schema {
	return Schema{"type": "array", "minItems": 1, "maxItems": maxIdents, "uniqueItems": true, "items": identSchema()}
}

func idSchema() Schema { return Schema{"type": "string", "format": "uuid", "pattern": idPattern} }

func instantSchema() Schema {
	return Schema{"type": "string", "format": "date-time", "pattern": instantPattern}
}

func dateSchema() Schema {
	return Schema{"type": "string", "format": "date", "pattern": "^2[01][0-9]{2}-" + dayPattern + "$"}
}

func spanSchema() Schema {
	return Schema{"type": "string", "anyOf": []Schema{{"pattern": termPattern}, {"pattern": secondsPattern}}}
}

func periodSchema() Schema {
	return Schema{"type": "object", "additionalProperties": false, "required": []string{"from", "to"},
		"properties": Schema{"from": dateSchema(), "to": dateSchema()}}
}

func wholeSchema(least, largest int) Schema {
	return Schema{"type": "integer", "minimum": least, "maximum": largest}
}

// enumSchema describes a choice; the first of names is no name.
func enumSchema(names []string) Schema {
	return Schema{"type": "string", "enum": slices.Clone(names[1:])}
}

func currencySchema() Schema { return Schema{"type": "string", "const": "CNY"} }

func specSchema() Schema {
	members := Schema{}
	for _, name := range specNames {
		members[name] = described("spec."+name, Schema{"anyOf": []Schema{{"type": "string"}, {"type": "number"}}})
	}
	return Schema{"type": "object", "properties": members}
}

// orNull lets an attribute be null, which is the same as leaving it out.
func orNull(s Schema) Schema {
	s["type"] = []string{"string", "null"}
	return s
}

func (k Kind) subjectSchema() Schema {
	switch kinds[k].scope {
	case ofAccount, ofAll:
		return Schema{"type": "null"}
	}
	return orNull(identSchema())
}

// ExtensionSchema describes the value of a further attribute.
func ExtensionSchema() Schema {
	return described("extension", Schema{"anyOf": []Schema{
		{"type": "string", "maxLength": maxExtension, "pattern": plainPattern + "*$"},
		wholeSchema(-1<<31, 1<<31-1),
		{"type": "boolean"},
	}})
}

func described(name string, s Schema) Schema {
	s["description"] = Meaning(name)
	return s
}

// ParamsSchema describes the parameters that a version of the terms changes, as [ParseParams] reads them.
func ParamsSchema() Schema {
	days, multiplier, seconds := wholeSchema(0, maxDays), wholeSchema(0, maxMultiplier), wholeSchema(0, maxSpan)
	members := map[string]Schema{
		"late_fee_rate":           patternSchema(ratePattern),
		"late_fee_base":           enumSchema(lateFeeBases),
		"late_fee_after_end":      enumSchema(lateFeesAfterEnd),
		"allocation_order":        enumSchema(allocationOrders),
		"termination_after_days":  days,
		"postpaid_end_fee":        enumSchema(postpaidEndFees),
		"sla_multiplier":          membersSchema(products[1:], multiplier),
		"sla_cap_time":            enumSchema(slaCapTimes),
		"sla_clip_at_nominal_end": {"type": "boolean"},
		"sla_excluded_overlap":    enumSchema(slaExcludedOverlaps),
		"refund_rule":             membersSchema(refundReasons(), enumSchema(refundRules)),
		"pause_on":                reasonsSchema(suspendReasons),
		"impediment_days":         days,
		"impediment_notice_days":  days,
		"terms_policy":            enumSchema(termsPolicies),
		"revenue_pattern":         enumSchema(revenuePatterns),

		"excess_to":                 enumSchema(excessTo),
		"pause_on_outage_seconds":   limitSchema(maxSpan),
		"refund_counts_sla":         reasonsSchema(endReasons),
		"maintenance_free_seconds":  limitSchema(maxSpan),
		"wallet_auto_debit":         enumSchema(walletAutoDebits),
		"outage_clock_skew_seconds": seconds,
		"retention_days":            limitSchema(maxDays),
		"late_renewal_days":         days,
		"late_renewal_from":         enumSchema(lateRenewalsFrom),
		"withdrawal_days":           days,
	}
	var once []Schema // a product stands in one of the two spellings
	for _, product := range products[1:] {
		flat := "sla_multiplier." + product
		members[flat] = multiplier
		once = append(once, Schema{"not": Schema{"required": []string{flat, "sla_multiplier"},
			"properties": Schema{"sla_multiplier": Schema{"required": []string{product}}}}})
	}
	return Schema{"type": "object", "description": Meaning("params"), "additionalProperties": false,
		"properties": describedParams(members), "allOf": once}
}

func reasonsSchema(names []string) Schema {
	return Schema{"type": "array", "uniqueItems": true, "items": enumSchema(names)}
}

// limitSchema describes a whole number that may be none.
func limitSchema(largest int) Schema {
	schema := wholeSchema(0, largest)
	schema["type"] = []string{"integer", "null"}
	return schema
}

// describedParams returns each parameter a schema of its own with what it means.
func describedParams(members map[string]Schema) Schema {
	all := Schema{}
	for name, schema := range members {
		all[name] = described("params."+name, maps.Clone(schema))
	}
	return all
}

func membersSchema(names []string, each Schema) Schema {
	members := Schema{}
	for _, name := range names {
		members[name] = each
	}
	return Schema{"type": "object", "additionalProperties": false, "properties": members}
}

func refundReasons() (names []string) {
	for _, reason := range refundable {
		names = append(names, reason.String())
	}
	return names
}
