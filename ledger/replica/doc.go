// Package replica lets the instances that each build the log from one stream watch over each other.
//
// A log is a function of its stream: which messages became records, under which numbers, at which recorded times, with
// which hashes. So any number of instances may read one stream, without electing a leader, and an instance that was
// away reads on where its log ends. What remains is to notice when two logs are not the same.
//
// # Announcements
//
// Each instance announces on core NATS, subject billing.announce, its tree head after a message: how many records there
// were, and their root. It does so at most once a second while the log grows, every five seconds while it does not, and
// at once when another instance turns up. An announcement is one JSON object, in exactly this form but for the line
// breaks:
//
//	{"form":1,"version":"0.1.0","instance":"node-1:8808","run":"5f0c9b1e-3c0f-4f5e-9a51-0d8f6d2b7c11",
//	 "stream":"BILLING","created":"2026-11-20T09:00:00.123456789+08:00","epoch":0,"position":120,
//	 "stream_seq":120,"seq":117,"root":"47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="}
//
// form is that of the announcement and of records; run is new at each start. stream, created and epoch name the log:
// announcements of other streams on the same servers are ignored, and logs of different epochs are not comparable.
// position is how far the instance has read. stream_seq is the message after which the log had the tree head seq and
// root; it is the position unless a difference was found.
//
// An instance compares what another announces with its own tree head after that message, or waits until it has read so
// far. It remembers a few announcements of each.
//
// # A difference
//
// Two logs that differ were not built by the same rules, or one was damaged, or the stream delivered different
// messages. Neither instance can know which is right. Both stop ingest, sign no checkpoints, and are not ready; reads
// are still served. They keep running: a restart does not help, and would let events in until the difference is found
// once more.
//
// From then on both announce the tree head after the message at which they differ, so that the other, and every
// instance that comes later, finds out too. Which message was the first to be taken differently is found by bisection,
// with requests to billing.standing.<run>. A request names the log as announcements do, and is answered with an error
// by a log of another stream or epoch; the answer names the log too:
//
//	{"stream":"BILLING","created":"2026-11-20T09:00:00.123456789+08:00","epoch":0,"stream_seq":60}
//	{"stream":"BILLING","created":"2026-11-20T09:00:00.123456789+08:00","epoch":0,"stream_seq":60,"seq":58,"root":"…"}
//
// # Who may announce
//
// Whoever may publish on billing.announce can stop all instances, so only instances and administrators may: the
// embedded server and the configuration in scripts/nats permit it to no other user. What a stranger can make the server
// or the ledger send there, by naming it as a reply subject, is no announcement: anything that is not in exactly that
// form is ignored and counted.
package replica
