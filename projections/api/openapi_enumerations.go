package api

import (
	"fmt"
	"reflect"
	"slices"
	"strings"

	"zhangben/events"
	"zhangben/ledger"
	"zhangben/ledger/ingest"
	"zhangben/ledger/replica"
	"zhangben/projections"
	"zhangben/projections/query"
)

// enumeration is a set of words with what they mean, by the name it has among the schemas.
type enumeration struct {
	name, text string
	values     []string
	meanings   map[string]string
}

// enumerations are the types that are one of some words.
var enumerations = map[reflect.Type]enumeration{
	reflect.TypeFor[projections.Status](): {"Status", "Where a contract is in its life.", words(query.Statuses), map[string]string{
		"pending_payment": "ordered, neither paid in full nor provisioned",
		"effective":       "paid or accepted, not provisioned yet",
		"active":          "in service",
		"suspended":       "in service, all units suspended",
		"expired":         "the term is over",
		"terminated":      "a side ended the contract",
		"cancelled":       "the order was withdrawn before it took effect",
	}},
	reflect.TypeFor[projections.Flag](): {"Flag", "A condition beside the status.", words(query.Flags), map[string]string{
		"overdue":                  "principal is unpaid after its due date",
		"may_withhold":             "the provider may withhold service",
		"may_terminate":            "the provider may terminate for arrears (2.2.2)",
		"may_terminate_impediment": "either side may terminate for an impediment (7.2)",
		"outage_open":              "an outage is not resolved",
		"partially_active":         "some units are in service and others are not",
	}},
	reflect.TypeFor[projections.ExceptionCode](): {"ExceptionCode", "Why a well-formed event has no effect, or only a part of it.",
		exceptionCodes(), exceptionMeanings()},
	reflect.TypeFor[projections.Question](): {"Question", "What is asked to be not so.", words(projections.Questions), map[string]string{
		"overdue": "why the contract is not overdue", "late_fee": "why no late fee runs",
		"sla": "why no SLA time is granted", "may_terminate": "why the provider may not terminate for arrears",
	}},
	reflect.TypeFor[events.Code]():    rejectionCodes,
	reflect.TypeFor[ledger.Outcome](): outcomes,
	reflect.TypeFor[ingest.Condition](): {"StreamCondition", "What the stream is to the log. Only fine and unbound let events in.",
		words([]ingest.Condition{ingest.Fine, ingest.Unbound, ingest.Absent, ingest.Drifted, ingest.Recreated, ingest.RolledBack, ingest.Gap,
			ingest.NoQuorum, ingest.Differs}), map[string]string{
			"fine": "the stream goes on where the log is", "unbound": "the log has kept no stream yet", "absent": "there is no stream",
			"drift": "the stream is configured to lose or alter events", "recreated": "the stream is another than the log was bound to",
			"rolled_back": "the stream ends before the log's position", "gap": "messages after the log's position are gone",
			"no_quorum": "too few servers of the NATS cluster are there to store anything",
			"differs":   "another instance has built another log from the stream",
		}},
	reflect.TypeFor[replica.State](): {"ReplicaState", "How another instance's log compares.",
		words([]replica.State{replica.Agrees, replica.Ahead, replica.Differs, replica.OtherEpoch, replica.OtherStream}), map[string]string{
			"agrees": "the logs were alike when last compared", "ahead": "all it has told is beyond what this log has read",
			"differs": "the logs are not the same", "other_epoch": "it has another history before the stream: not comparable",
			"other_stream": "it still reads the stream that this instance read before: not comparable",
		}},
}

// outcomes is what becomes of an event.
var outcomes = enumeration{"Outcome", "What became of an event.",
	words([]ledger.Outcome{ledger.Appended, ledger.Duplicate, ledger.Refused}), map[string]string{
		"appended":  "it is in the log for ever",
		"duplicate": "the same event was in the log already: success",
		"rejected":  "it is not in the log; code, pointer and message say why",
	}}

// rejectionCodes are why an event is refused.
var rejectionCodes = enumeration{"RejectionCode", "Why an event was refused.",
	words([]events.Code{events.CodeInvalid, events.CodeMissing, events.CodeUnknownKind, events.CodeSubjectMismatch, events.CodeTooLarge,
		events.CodeConflict, codeForbidden}), map[string]string{
		"invalid":          "a field is not what it must be",
		"missing":          "a required field is missing",
		"unknown_kind":     "the type names no kind and version known here",
		"subject_mismatch": "the subject and the payload disagree",
		"too_large":        "the event is longer than 64 KiB",
		"conflict":         "the log has an event of this id with other content",
		"forbidden":        "the publisher may not publish this; it is not kept",
	}}

// fieldEnumerations are the fields of texts that are one of some words.
var fieldEnumerations = map[string]enumeration{
	"Figures.product":    choiceOf("Product", events.KindOrdered, "product"),
	"Figures.mode":       choiceOf("Mode", events.KindOrdered, "mode"),
	"Claim.claim_kind":   choiceOf("ClaimKind", events.KindClaimAccepted, "claim_kind"),
	"Termination.reason": choiceOf("EndReason", events.KindTerminated, "reason"),
	"TimelineEntry.what": {"Milestone", "What changes by itself.", projections.Milestones, map[string]string{
		"due_day_over":                  "the due day is over: overdue from then on",
		"right_to_terminate":            "the provider may terminate for arrears",
		"right_to_terminate_lapses":     "that right lapses unused",
		"late_fee_hundred_days":         "the late fee has run a hundred days",
		"unit_ends":                     "a unit's service ends",
		"contract_expires":              "the contract expires",
		"impediment_notice_possible":    "either side may give notice of termination for an impediment",
		"force_majeure_notice_day_over": "the last day to give notice of force majeure is over",
		"force_majeure_proof_day_over":  "the last day to prove force majeure is over",
	}},
	"Verdict.outcome": {"VerdictOutcome", "What became of the event of a message.", append(slices.Clone(outcomes.values), "unknown"),
		map[string]string{
			"appended": outcomes.meanings["appended"], "duplicate": outcomes.meanings["duplicate"], "rejected": outcomes.meanings["rejected"],
			"unknown": "it is stored, and not decided yet, or not known any more: ask again",
		}},
	"Problem.code": {"ProblemCode", "What went wrong; the responses say more of each.", codeNames(), nil},
}

// choiceOf is a field of a kind's data that is one of some words.
func choiceOf(name string, kind events.Kind, field string) enumeration {
	properties := kind.DataSchema()["properties"].(events.Schema)
	return enumeration{name: name, text: events.Meaning(field), values: properties[field].(events.Schema)["enum"].([]string)}
}

func words[T ~string](values []T) (list []string) {
	for _, value := range values {
		list = append(list, string(value))
	}
	return list
}

func oneOfWords[T ~string](values []T) object { return object{"type": "string", "enum": words(values)} }

func exceptionCodes() (codes []string) {
	for _, row := range projections.ExceptionCodes {
		codes = append(codes, string(row.Code))
	}
	return codes
}

func exceptionMeanings() map[string]string {
	meanings := map[string]string{}
	for _, row := range projections.ExceptionCodes {
		meanings[string(row.Code)] = row.Meaning
	}
	return meanings
}

// enumeration puts an enumeration beside the other schemas and refers to it.
func (s *schemas) enumeration(e enumeration) object {
	text := strings.Builder{}
	text.WriteString(e.text)
	for i, value := range e.values {
		if e.meanings == nil {
			break
		}
		if i == 0 {
			text.WriteString("\n")
		}
		fmt.Fprintf(&text, "\n- `%s`: %s", value, e.meanings[value])
	}
	s.byName[e.name] = object{"type": "string", "enum": e.values, "description": text.String()}
	return reference(e.name)
}
