package projections

import (
	"testing"

	"zhangben/events"
)

func TestOutagesAndSuspensionsImpedeAlike(t *testing.T) {
	s := prepaid()
	s.at("2025-06-05 09:00", &events.OutageStarted{Outage: "o1", Cause: events.Carrier})
	s.at("2025-06-08 09:00", &events.Suspended{Reason: events.SuspendImpediment})
	s.at("2025-06-09 09:00", &events.OutageResolved{Outage: "o1"})
	s.at("2025-06-12 09:00", &events.Resumed{})
	s.at("2025-06-12 09:00", &events.OutageStarted{Outage: "o2", Cause: events.Uncontrollable})
	s.at("2025-06-14 09:00", &events.OutageResolved{Outage: "o2"})
	s.at("2025-06-15 09:00", &events.OutageStarted{Outage: "o3", Cause: events.CauseForceMajeure})
	u := s.asOf(t, "2025-06-20 09:00").units[0]
	for when, want := range map[string]string{
		"2025-06-05 08:59": "",
		"2025-06-05 09:00": "2025-06-05 09:00",
		"2025-06-11 09:00": "2025-06-05 09:00",
		"2025-06-13 09:00": "2025-06-05 09:00", // one ends as the other begins
		"2025-06-14 09:00": "",
		"2025-06-16 09:00": "2025-06-15 09:00",
	} {
		got := u.impededSince(instant(when))
		if want == "" != got.IsZero() || want != "" && got != instant(want) {
			t.Errorf("at %s the server is impeded since %v, want %q", when, got, want)
		}
	}
}

func TestWhichOutagesImpede(t *testing.T) {
	for cause, want := range map[events.Cause]bool{
		events.CauseForceMajeure: true, events.Carrier: true, events.Uncontrollable: true,
		events.ProviderFault: false, events.CauseUnknown: false, events.Maintenance: false,
		events.SecurityIncident: false, events.CustomerFault: false, events.Congestion: false,
	} {
		if got := (&outage{cause: cause, unfit: true}).impedes(); got != want {
			t.Errorf("an outage of cause %v impedes: %t", cause, got)
		}
		if (&outage{cause: cause}).impedes() {
			t.Errorf("a degradation of cause %v impedes", cause)
		}
	}
}
