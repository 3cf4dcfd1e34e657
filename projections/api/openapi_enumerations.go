package api

import (
	"reflect"

	"zhangben/events"
	"zhangben/events/glossary"
	"zhangben/ledger"
	"zhangben/ledger/ingest"
	"zhangben/ledger/replica"
	"zhangben/projections"
	"zhangben/projections/query"
)

// enumeration is a set of words by the name it has among the schemas; a section of the glossary says what they mean.
type enumeration struct {
	name, section string
	values        []string
}

// enumerations are the types that are one of some words.
var enumerations = map[reflect.Type]enumeration{
	reflect.TypeFor[projections.Status]():        {"Status", "status", words(query.Statuses)},
	reflect.TypeFor[projections.Flag]():          {"Flag", "flag", words(query.Flags)},
	reflect.TypeFor[projections.ExceptionCode](): {"ExceptionCode", "exception", glossary.Of("exception").Words},
	reflect.TypeFor[projections.Question]():      {"Question", "question", words(projections.Questions)},
	reflect.TypeFor[events.Code](): {"RejectionCode", "rejection",
		words([]events.Code{events.CodeInvalid, events.CodeMissing, events.CodeUnknownKind, events.CodeSubjectMismatch,
			events.CodeTooLarge, events.CodeConflict, codeForbidden})},
	reflect.TypeFor[ledger.Status](): {"Outcome", "outcome", outcomes},
	reflect.TypeFor[ingest.Condition](): {"StreamCondition", "stream",
		words([]ingest.Condition{ingest.Fine, ingest.Unbound, ingest.Absent, ingest.Drifted, ingest.Recreated,
			ingest.RolledBack, ingest.Gap, ingest.NoQuorum, ingest.Differs})},
	reflect.TypeFor[replica.State](): {"ReplicaState", "replica",
		words([]replica.State{replica.Agrees, replica.Ahead, replica.Differs, replica.OtherEpoch,
			replica.OtherStream})},
}

// outcomes are what becomes of an event.
var outcomes = words([]ledger.Status{ledger.Appended, ledger.Duplicate, ledger.Refused})

// fieldEnumerations are the fields of texts that are one of some words.
var fieldEnumerations = map[string]enumeration{
	"Figures.product":    choiceOf("Product", events.KindOrdered, "product", "product"),
	"Figures.mode":       choiceOf("Mode", events.KindOrdered, "mode", "mode"),
	"Claim.claim_kind":   choiceOf("ClaimKind", events.KindClaimAccepted, "claim_kind", "claim_kind"),
	"Termination.reason": choiceOf("EndReason", events.KindTerminated, "reason", "contract.terminated/reason"),
	"TimelineEntry.what": {"Milestone", "milestone", projections.MilestoneNames},
	"Verdict.outcome":    {"VerdictOutcome", "outcome", append(outcomes[:len(outcomes):len(outcomes)], "unknown")},
	"Problem.code":       {"ProblemCode", "problem", codeNames()},
}

// choiceOf is a field of a kind's data that is one of some words.
func choiceOf(name string, kind events.Kind, field, section string) enumeration {
	properties := kind.DataSchema()["properties"].(events.Schema)
	return enumeration{name, section, properties[field].(events.Schema)["enum"].([]string)}
}

func words[T ~string](values []T) (list []string) {
	for _, value := range values {
		list = append(list, string(value))
	}
	return list
}

func oneOfWords[T ~string](values []T) object { return object{"type": "string", "enum": words(values)} }

// enumeration puts an enumeration beside the other schemas and refers to it.
func (s *schemas) enumeration(e enumeration) object {
	section := glossary.Of(e.section)
	text := section.Title.Both() + section.List(e.values...)
	s.byName[e.name] = object{"type": "string", "enum": e.values, "description": text}
	return reference(e.name)
}
